"""What is found of a person's interests, in what, and what they make of it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Category, Merchant, Product
from feeds import follows, interests, posts, topics
from feeds.models import Evidence, Interest, InterestProfile, Like, PostTopic
from feeds.tastes import strength_of, tastes_of
from feeds.vocabulary import TOPICS
from tests.feeds.talk import days, known, say, strengths
from tests.market import product


def items(user: User) -> set[tuple[str, str]]:
    rows = Evidence.objects.filter(interest__user=user)
    return set(rows.values_list("interest__topic", "kind"))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("A new lamp for the kitchen", ["lighting", "kitchen"]),
        ("Nouvelles étagères et deux lampes", ["furniture", "lighting"]),
        ("On rentre. #vélo #Vélo", ["cycling"]),
        ("Nothing of the kind, of course: the four of us watch a match and chat", []),
        ("Bien sûr, on se montre en mode avion, échec du train", []),
    ],
)
def test_words_and_hashtags_of_both_languages_name_topics(body: str, found: list[str]) -> None:
    assert topics.of(body) == found


def test_cards_name_topics_by_title_tags_and_category(mai: User, plage: Merchant) -> None:
    card = product(plage, "Relais", price=100)
    category = Category.objects.create(name="Shoes", slug="shoes")
    Product.objects.filter(pk=card.pk).update(category=category, tags=["running"])
    post = say(mai, "these", cards=[card])
    # "Relais" and "running" name one topic, the category another.
    assert set(post.topics.values_list("topic", flat=True)) == {"running", "shoes"}


@pytest.mark.parametrize(
    "body",
    [
        "A lamp for the church",
        "Le canapé d’une musulmane",
        "Running with diabetes",
        "Un vélo pour ma dépression",
        "Books on politics",
        "Shoes for the gay pride",
        "Syndicat des libraires, livres",
        "African fabric for sewing",
        "#ramadan #lampe",
    ],
)
def test_what_is_sensitive_gives_nobody_an_interest(mai: User, theo: User, body: str) -> None:
    post = say(mai, body)
    posts.like(post, user=theo)
    assert not PostTopic.objects.exists()
    assert strengths(mai) == {}
    assert strengths(theo) == {}


def test_no_topic_and_none_of_its_words_is_sensitive() -> None:
    for topic in TOPICS:
        for word in (topic.slug, str(topic.name), *topic.words.split(), *topic.categories):
            assert not topics.is_sensitive(word), f"{topic.slug}: {word}"


def test_posts_likes_and_follows_show_interests_with_what_they_gave(
    mai: User, theo: User, plage: Merchant
) -> None:
    say(mai, "My lamp")
    liked = say(theo, "This sofa")
    posts.like(liked, user=mai)
    say(plage.account, "Sandals")
    follows.follow(mai, followed=plage.account)
    found = strengths(mai)
    assert items(mai) == {("lighting", "post"), ("furniture", "like"), ("shoes", "follow")}
    assert found["lighting"] > found["shoes"] > found["furniture"] > 0
    like = Evidence.objects.get(kind="like")
    assert (like.weight, like.post) == (1.0, liked)
    assert like.happened_at == Like.objects.get().created_at


def test_what_is_taken_back_shows_nothing_any_more(mai: User, theo: User, plage: Merchant) -> None:
    mine, theirs = say(mai, "My lamp"), say(theo, "This sofa")
    posts.like(theirs, user=mai)
    say(plage.account, "Sandals")
    follows.follow(mai, followed=plage.account)
    assert len(strengths(mai)) == 3
    posts.delete(mine)
    posts.unlike(theirs, user=mai)
    follows.unfollow(mai, followed=plage.account)
    assert strengths(mai) == {}
    assert known(mai) == set()


def test_a_liked_post_that_is_deleted_shows_nothing_from_then_on(mai: User, theo: User) -> None:
    theirs = say(theo, "This sofa")
    posts.like(theirs, user=mai)
    assert "furniture" in strengths(mai)
    posts.delete(theirs)
    assert tastes_of(mai).strengths == {}  # before any worker has looked


def test_a_weight_is_half_after_a_half_life(mai: User) -> None:
    say(mai, "My lamp")
    now = strengths(mai)["lighting"]
    row = Evidence.objects.get()
    row.happened_at -= days(settings.INTEREST_HALF_LIFE_DAYS)
    row.save()
    then = tastes_of(mai).strengths["lighting"]
    assert now == pytest.approx(strength_of(3.0), rel=1e-3)
    assert then == pytest.approx(strength_of(1.5), rel=1e-3)


def test_a_removed_interest_stays_removed_until_it_is_chosen(reader: Client, mai: User) -> None:
    say(mai, "My lamp")
    assert "lighting" in strengths(mai)
    reader.post("/me/interests/", {"do": "remove", "topic": "lighting"})
    say(mai, "Another lamp")
    assert strengths(mai) == {}
    assert not Evidence.objects.exists()
    reader.post("/me/interests/", {"do": "choose", "topic": "lighting"})
    assert strengths(mai)["lighting"] > strength_of(8.0)
    assert items(mai) == {("lighting", "choice"), ("lighting", "post")}


def test_a_wide_topic_gives_its_narrower_ones_a_part(mai: User) -> None:
    interests.choose(mai, topic="home")
    tastes = tastes_of(mai)
    assert 0 < tastes.strengths["lighting"] < tastes.strengths["home"]
    assert tastes.sources["lighting"] == "home"


def test_while_paused_nothing_is_found_or_used(reader: Client, mai: User) -> None:
    say(mai, "My lamp")
    before = strengths(mai)
    reader.post("/me/interests/", {"do": "pause"})
    say(mai, "My sofa")
    assert interests.read_due() == 0
    assert tastes_of(mai) is None
    reader.post("/me/interests/", {"do": "resume"})
    say(mai, "My bike")
    found = strengths(mai)
    assert set(found) == {"lighting", "cycling"}  # what was said during the pause is not
    assert found["lighting"] == pytest.approx(before["lighting"], rel=1e-3)


def test_what_is_deleted_is_gone_and_not_found_again(reader: Client, mai: User) -> None:
    say(mai, "My lamp")
    interests.choose(mai, topic="music")
    interests.remove(mai, topic="books")
    interests.allow_purchases(mai, allowed=True)
    interests.read_due()
    reader.post("/me/interests/", {"do": "delete"})
    say(mai, "My sofa")
    assert interests.read_due() == 0
    assert not Interest.objects.exists()
    assert not Evidence.objects.exists()
    assert not InterestProfile.objects.get().purchases
    assert not interests.choose(mai, topic="music")
    reader.post("/me/interests/", {"do": "resume"})
    say(mai, "My bike")
    assert set(strengths(mai)) == {"cycling"}


def test_purchases_show_nothing_unless_that_is_allowed(
    reader: Client, mai: User, plage: Merchant
) -> None:
    lamp = product(plage, "Lueur lamp", price=100)
    bought = {"product": lamp, "at": timezone.now()}
    interests.note_purchase(mai, reference="1", **bought)
    assert not Evidence.objects.exists()
    form = {"do": "allow", "asked": "purchases"}
    reader.post("/me/interests/", {**form, "purchases": "on"})
    interests.note_purchase(mai, reference="2", **bought)
    interests.note_purchase(mai, reference="2", **bought)
    assert items(mai) == {("lighting", "purchase")}
    assert Evidence.objects.count() == 1
    reader.post("/me/interests/", form)
    assert not Evidence.objects.exists()
    assert known(mai) == set()


def test_what_is_allowed_of_purchases_outlasts_a_pause(
    reader: Client, mai: User, plage: Merchant
) -> None:
    """The box is there to be kept or unticked; what is saved without it leaves it alone."""
    interests.allow_purchases(mai, allowed=True)
    lamp = product(plage, "Lueur lamp", price=100)
    interests.note_purchase(mai, product=lamp, reference="1", at=timezone.now())
    reader.post("/me/interests/", {"do": "pause"})
    assert 'name="purchases" checked' in reader.get("/me/interests/").content.decode()
    reader.post("/me/interests/", {"do": "allow", "adult": "on"})
    assert InterestProfile.objects.get().purchases
    assert items(mai) == {("lighting", "purchase")}
    reader.post("/me/interests/", {"do": "delete"})
    assert 'name="purchases"' not in reader.get("/me/interests/").content.decode()


def test_the_page_says_what_and_why(reader: Client, mai: User, theo: User) -> None:
    posts.like(say(theo, "This sofa"), user=mai)
    interests.remove(mai, topic="books")
    interests.read_due()
    page = reader.get("/me/interests/").content.decode()
    assert "Furniture" in page
    assert "You like it a little" in page
    assert "You liked @theo’s post" in page
    assert "Add Books again" in page
    assert reader.post("/me/interests/", {"do": "x"}).status_code == 400
