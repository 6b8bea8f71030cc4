"""`make run`'s story, through the deployed functions: what it prints is what happened."""

from collections import Counter
from email import message_from_string
from email.policy import default

import pytest

from infra.local.stack import Stack
from infra.local.story import play
from infra.local.story_table import Told

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def told(stack: Stack) -> Told:
    return play(stack)


def test_a_customer_on_four_channels_is_one_and_a_repeated_message_is_kept_once(
    told: Told,
) -> None:
    ayse = told.timelines[0]
    incoming = [e["channel"] for e in ayse if (e["kind"], e["direction"]) == ("message", "in")]
    assert sorted(incoming) == ["chat", "instagram", "sms", "whatsapp", "whatsapp", "whatsapp"]
    assert len(told.customers[0]["members"]) == 1


def test_a_mail_is_greeted_and_answered_within_its_thread(told: Told) -> None:
    mails = [message_from_string(mail["raw"], policy=default) for mail in told.mails]
    answers = [mail for mail in mails if mail["To"] == "emma@example.org" and mail["In-Reply-To"]]
    assert len(answers) == 2
    for answer in answers:
        assert str(answer["In-Reply-To"]).startswith("<story-")
        assert answer["Subject"] == "Re: Where is my refund?"


def test_every_notification_has_one_outcome_and_a_reason(told: Told) -> None:
    ended = [note for note in told.notifications if note["status"] != "planned"]
    outcomes = Counter((note["kind"], note["status"], note["reason"]) for note in ended)
    assert outcomes == {
        ("greeting", "sent", "due"): 5,
        ("article", "sent", "due"): 4,
        ("hand_off", "sent", "due"): 1,
        ("reply", "sent", "due"): 1,
        ("review_reminder", "sent", "due"): 1,
        ("review_reminder", "cancelled", "refunded"): 1,
        ("review_reminder", "cancelled", "reviewed"): 1,
        ("satisfaction", "sent", "due"): 1,
        ("survey_thanks", "sent", "due"): 1,
        ("coupon", "sent", "due"): 1,
        ("alert", "sent", "due"): 1,
        ("well_again", "sent", "due"): 1,
        ("campaign", "sent", "due"): 2,
        ("campaign", "skipped", "no_consent"): 2,
    }
    assert all(note["decisions"] for note in ended)
    later = {note["kind"] for note in told.notifications if note["status"] == "planned"}
    assert later == {"nps", "win_back"}


def test_a_digit_in_the_chat_answers_the_question_and_opens_no_case(told: Told) -> None:
    assert [survey["score"] for survey in told.surveys] == [5]
    (answer,) = [e for e in told.timelines[0] if e.get("text") == "5"]
    assert answer["channel"] == "whatsapp"
    assert "greeting" not in {
        note["kind"] for note in told.notifications if note["planned_at"] > answer["at"]
    }


def test_a_question_is_answered_at_once_and_thanks_open_no_case(told: Told) -> None:
    (zeynep,) = [one for one in told.customers if one["name"] == "Zeynep"]
    timeline = told.timelines[list(told.customers).index(zeynep)]
    answers = [e["text"] for e in timeline if (e["kind"], e["direction"]) == ("message", "out")]
    assert any("14 gün" in text for text in answers)
    cases = [c for c in told.conversations if c["customer_id"] == zeynep["id"]]
    assert [case["category"] for case in cases] == ["return"]


def test_a_case_that_no_article_solves_is_given_to_who_is_at_work(told: Told) -> None:
    assert "elif" in {case.get("assignee") for case in told.conversations}


def test_a_review_written_on_the_page_is_kept_and_thanked_for(told: Told) -> None:
    (review,) = told.reviews
    assert (review["stars"], review["title"]) == (5, "Tam kıvamında")


def test_the_campaign_went_to_those_who_agreed_and_says_so(told: Told) -> None:
    assert told.campaign["outcomes"]["sent"] == {"due": 2}
    # Others who share this stack have agreed to nothing, either.
    assert set(told.campaign["outcomes"]["skipped"]) == {"no_consent"}


def test_the_review_mail_left_once_with_text_html_and_one_click_unsubscribe(told: Told) -> None:
    mails = [message_from_string(mail["raw"], policy=default) for mail in told.mails]
    (mail,) = [
        mail
        for mail in mails
        if mail["To"] == "ayse@example.com" and "siparişinizi" in str(mail["Subject"])
    ]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(mail["List-Unsubscribe"]).startswith("<http")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_hot_device_raises_one_alert_and_opens_a_case_of_its_own(told: Told) -> None:
    (alert,) = told.alerts
    assert (alert["rule"], alert["severity"]) == ("boiler_hot", "critical")
    assert alert["raised_at"] < alert["cleared_at"]
    assert alert["recent"]["boiler_c"] == [118.4, 136.2]
    assert [c["opened_by"] for c in told.conversations if c["status"] == "open"].count("alert") == 1
