from tests.matrix.row import YES, Row

EVERYBODY = dict.fromkeys(("anon", "learner", "tutor", "referent", "coordinator", "anci", "editor"), YES)

ROWS = [
    Row("cms:search", open_to_all=True, **EVERYBODY),
    Row("cms:feedback", methods="GET POST", open_to_all=True, **EVERYBODY),
]
