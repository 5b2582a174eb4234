from django.template import Context, Template


def test_icon_is_decoration_from_the_sprite():
    drawn = Template('{% icon "it-check" "icon-sm" %}').render(Context())

    assert drawn == (
        '<svg class="icon icon-sm" aria-hidden="true" focusable="false">'
        '<use href="/static/front/sprite.svg#it-check"></use></svg>'
    )
