"""What a form sends, whoever wrote it."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web.forms import Form, read

URLENCODED = "application/x-www-form-urlencoded; charset=UTF-8"
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xc4\xb0yi\r\n'
    b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nikinci\r\n'
    b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
    b"Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n\n\r\xff\xd9\r\n--x--\r\n"
)


def test_fields_are_text_and_files_are_bytes() -> None:
    form = read(PARTS, "multipart/form-data; boundary=x")
    assert form == Form(fields={"title": "İyi"}, files={"photo": b"\xff\xd8\r\n\n\r\xff\xd9"})


def test_of_repeated_fields_the_first_counts() -> None:
    form = read(b"stars=5&stars=1&text=%C4%B0yi+mi%3F&empty=", URLENCODED)
    assert form.fields == {"stars": "5", "text": "İyi mi?", "empty": ""}


def test_a_line_has_one_line_and_nothing_invisible() -> None:
    form = Form(fields={"a": " x\r\n\ty\x00\u202e ", "b": "x\r\ny\x0b"})
    assert (form.line("a"), form.text("b"), form.line("c")) == ("x y", "x\ny", "")


def test_too_many_fields_are_none() -> None:
    assert read(b"&".join(b"f=1" for _ in range(101)), URLENCODED) == Form()


@given(
    st.binary(max_size=300), st.sampled_from([URLENCODED, "multipart/form-data; boundary=x", ""])
)
def test_any_bytes_are_a_form_or_none(body: bytes, kind: str) -> None:
    form = read(b"--x\r\n" + body, kind)
    assert all(isinstance(form.text(name), str) for name in form.fields)
