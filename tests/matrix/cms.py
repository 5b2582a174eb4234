from tests.matrix.row import YES, Row

EVERYBODY = {name: YES for name in ("anon", "learner", "tutor", "referent", "coordinator", "anci", "editor")}

ROWS = [
    Row("cms:search", open_to_all=True, **EVERYBODY),
    Row("cms:feedback", methods="GET POST", open_to_all=True, **EVERYBODY),
]
