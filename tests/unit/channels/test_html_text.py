"""Words and pictures out of HTML, whatever it looks like."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.html_text import images, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Merhaba&nbsp;Ay&#351;e,<br>nas&inodot;ls&#305;n?</p>", "Merhaba Ayşe,\nnasılsın?"),
        ("<p>bir</p><p>iki</p>", "bir\n\niki"),
        ("<div>bir</div><div>iki</div>", "bir\niki"),
        ("<div>bir</div><div><br></div><div>iki</div>", "bir\n\niki"),
        ("bir<br/><BR>iki<hr>üç", "bir\n\niki\nüç"),
        ("<ul><li>bir</li><li>iki</li></ul>", "bir\niki"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("line one\n   goes   on", "line one goes on"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<b>x</b>y<o:p></o:p> &lt;b&gt; 1 < 2 <3", "xy <b> 1 < 2 <3"),
        ("<head><title>t</title><style>p{}</style></head><script>x()</script>metin", "metin"),
        ("<!-- <p>gizli</p> -->açık<!--[if mso]>mso<![endif]-->", "açık"),
        ('<a href="x" title="a > b">bağ</a>', "bağ"),
        ("a<p title='b<p>c", "a\nc"),
        ("<script>unclosed", ""),
        ("a<!-- unclosed", "a"),
        ("&bogus; &#0; &#x110000; &#xd800;&#7; &amp;lt;", "&bogus; \ufffd \ufffd \ufffd &lt;"),
        ("\x00a\x1fb\x08", "ab"),
        ("", ""),
        ("<img src=x>", ""),
    ],
)
def test_html_reads_as_the_lines_that_it_shows(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_images_are_web_addresses_each_once_in_order() -> None:
    html = (
        '<img alt="a" src="https://a.example/1.png?x=1&amp;y=2"><IMG src = \'http://b.example/2\'>'
        "<img src=https://a.example/3><img src='https://a.example/3'><img data-src=https://no/>"
        '<img src="cid:1"><img src="data:image/png;base64,AA"><img><!-- <img src=https://no> -->'
        f'<img src="https://a.example/{"x" * 3000}">'
    )
    assert images(html) == [
        "https://a.example/1.png?x=1&y=2",
        "http://b.example/2",
        "https://a.example/3",
    ]


@given(st.text(alphabet="<>/!-&;\"'= \n\xa0abprtdivscyle#1x\x1f", max_size=300))
def test_any_text_is_read(html: str) -> None:
    assert plain_text(html) == plain_text(html).strip()
    assert images(html) == []


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<p>", "&#351;", "&nbsp;<br>", "<!--", "<script ", "<img src='", "<a \"'>", "\n"],
)
def test_a_hostile_megabyte_takes_no_longer(piece: str) -> None:
    html = piece * (1_000_000 // len(piece))
    started = time.process_time()
    plain_text(html)
    images(html)
    # Far above what it takes: this guards against quadratic behaviour.
    assert time.process_time() - started < 3
