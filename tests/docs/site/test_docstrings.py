"""Docstrings are read as this project writes them."""

from docs.site.docstrings import as_restructured_text


def test_code_that_is_indented_is_a_block():
    assert as_restructured_text("Do.\n\n    x = 1\n\n    y = 2\n\nDone.") == (
        "Do.\n\n.. code-block:: python\n\n   x = 1\n\n   y = 2\n\nDone."
    )
    assert ".. code-block:: text" in as_restructured_text("    no python\n    at all")


def test_words_in_backticks_are_code_and_names_link():
    assert as_restructured_text("`x` and\n`a b`") == "``x`` and\n``a b``"
    assert as_restructured_text("`Tensor`") == ":py:obj:`Tensor <tinygrad_course.Tensor>`"
    assert as_restructured_text("`tg.fit`") == ":py:obj:`tg.fit <tinygrad_course.fit>`"


def test_what_restructured_text_would_read_is_text():
    assert as_restructured_text("a*b x_ |c|") == r"a\*b x\_ \|c\|"


def test_a_formula_has_a_line_for_each_rule():
    assert as_restructured_text("z = x ⊙ y;   x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x") == (
        "| z = x ⊙ y\n| x̄ = z̄ ⊙ y\n| ȳ = z̄ ⊙ x"
    )


def test_a_table_is_a_list_of_definitions():
    assert as_restructured_text("steps       how often\n            it is run\nx   what") == (
        "``steps``\n   how often it is run\n\n``x``\n   what\n"
    )


def test_errors_link_and_the_word_before_them_is_bold():
    assert as_restructured_text("Raises: ShapeError, KeyError.") == (
        "**Raises**: :py:exc:`~tinygrad_course.errors.ShapeError`, KeyError."
    )
