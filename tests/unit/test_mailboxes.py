import pytest

from chalicelib.mailboxes import canonical


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("ayse.yilmaz+kahve@gmail.com", "ayseyilmaz@gmail.com"),
        ("ayseyilmaz@googlemail.com", "ayseyilmaz@gmail.com"),
        ("can+a+b@hotmail.com", "can@hotmail.com"),
        ("c.an@outlook.com", "c.an@outlook.com"),
        ("can+x@icloud.com", "can@icloud.com"),
        ("can+x@fastmail.com", "can@fastmail.com"),
        ("c.a-n_1+x@proton.me", "can1@proton.me"),
    ],
)
def test_one_mailbox_has_one_name_however_its_address_is_written(
    address: str, mailbox: str
) -> None:
    assert canonical(address) == mailbox
    assert canonical(mailbox) == mailbox


@pytest.mark.parametrize(
    "address",
    [
        "ayse.yilmaz+x@example.com",
        "ayse.yilmaz+x@yahoo.com",
        "a.b@gmail.com.example",
        "a.b+c@mail.gmail.com",
        "+x@gmail.com",
        "...@gmail.com",
        "",
        "gmail.com",
    ],
)
def test_what_no_provider_documents_is_left_alone(address: str) -> None:
    assert canonical(address) == address


def test_providers_domains_that_different_people_may_have_stay_apart() -> None:
    assert canonical("can@hotmail.com") != canonical("can@outlook.com")
    assert canonical("can@proton.me") != canonical("can@pm.me")
