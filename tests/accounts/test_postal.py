"""Addresses of any country: its fields, their names and order, its postcodes and regions."""

from __future__ import annotations

import pytest

from accounts import addresses, postal, postcodes
from accounts.address_forms import PostalForm
from accounts.models import Address
from shopping import countries


def written(**fields: str) -> list[str]:
    return postal.lines(Address(**fields), country_name="Country")


def form(data: dict[str, str] | None = None, **initial: str) -> PostalForm:
    served = countries.names("en")
    return PostalForm(data, initial=initial, served=served, language="en")


def test_every_country_has_rules_and_asks_for_nothing_that_it_does_not_show() -> None:
    for country in countries.names("en"):
        rules = postal.rules(country)
        assert rules.required <= rules.fields, country
        assert not rules.example or postal.accepts_postcode(rules.example, country=country), country


@pytest.mark.parametrize(
    ("country", "rows"),
    [
        ("FR", [["name"], ["line1"], ["postal_code", "city"]]),
        ("US", [["name"], ["line1"], ["city", "region", "postal_code"]]),
        ("GB", [["name"], ["line1"], ["city"], ["postal_code"]]),
        ("JP", [["postal_code"], ["region"], ["line1"], ["name"]]),
        ("AE", [["name"], ["line1"], ["region"]]),
        ("SG", [["name"], ["line1"], ["postal_code"]]),
    ],
)
def test_the_fields_stand_in_the_countrys_order(country: str, rows: list[list[str]]) -> None:
    shown = [[field.name for field in row] for row in form(country=country).rows]
    assert shown == [*rows, ["phone"]]


def test_fields_have_the_countrys_names() -> None:
    names = {
        country: (str(form(country=country)["postal_code"].label), region)
        for country, region in (("US", "State"), ("JP", "Prefecture"), ("CA", "Province"))
        if str(form(country=country)["region"].label) == region
    }
    assert names == {
        "US": ("ZIP code", "State"),
        "JP": ("Postcode", "Prefecture"),
        "CA": ("Postcode", "Province"),
    }


def test_what_was_typed_for_another_country_is_not_lost() -> None:
    shown = form(country="FR", name="Jo", region="CA", line2="Apt 2")
    assert shown.unasked == {"region": "CA", "line2": "Apt 2"}
    assert shown["name"].value() == "Jo"


@pytest.mark.parametrize(
    ("country", "postcode", "advice"),
    [
        ("FR", "35000", None),
        ("FR", "3500", "Five digits, for example 35000"),
        ("FR", "٣٥٠٠٠", "Five digits, for example 35000"),
        ("FR", "", "Five digits, for example 35000"),
        ("LU", "L-1009", None),
        ("JP", "154-0023", None),
        ("JP", "15", "As in this country, for example 154-0023"),
        ("AE", "", None),
        ("IE", "", None),
    ],
)
def test_a_postcode_is_its_countrys(country: str, postcode: str, advice: str | None) -> None:
    tidied = postal.tidy_postcode(postcode, country=country)
    found = postcodes.advice_for(tidied, country=country)
    assert (found if found is None else str(found)) == advice


def test_a_region_is_known_by_any_of_its_names() -> None:
    for text in ("QC", "qc", " Québec", "Quebec"):
        assert postal.region_code(text, country="CA") == "QC"
    assert postal.region_code("hokkaido", country="JP") == "北海道"
    assert postal.region_code("Bretagne", country="FR") == "Bretagne"


def test_a_form_keeps_the_regions_code_and_refuses_another() -> None:
    home = {"country": "US", "name": "Jo", "line1": "1 Main St", "city": "Reno"}
    good = form(home | {"region": "nevada", "postal_code": "89501"})
    assert good.is_valid(), good.errors
    assert (good.values["region"], good.values["line2"]) == ("NV", "")
    bad = form(home | {"region": "Bavaria", "postal_code": "89501"})
    assert bad.errors == {"region": ["Choose one of the list"]}


def test_addresses_are_written_in_the_countrys_order() -> None:
    home = {"name": "Jo", "line1": "1 Main St", "line2": "Apt 2"}
    assert written(country="FR", postal_code="35000", city="Rennes", **home) == [
        *["Jo", "1 Main St", "Apt 2", "35000 Rennes", "Country"]
    ]
    assert written(country="US", postal_code="94103", city="Reno", region="NV", **home) == [
        *["Jo", "1 Main St", "Apt 2", "Reno, NV 94103", "Country"]
    ]
    tokyo = {"country": "JP", "postal_code": "154-0023", "region": "東京都"}
    assert written(name="山田", line1="銀座1-2", **tokyo) == [
        *["〒154-0023", "東京都", "銀座1-2", "山田", "Country"]
    ]
    assert written(name="Jo", line1="1-2 Ginza", **tokyo) == [
        *["Jo", "1-2 Ginza, Tokyo", "154-0023", "Country"]
    ]
    assert written(country="GB", city="London", postal_code="SW1A 1AA", region="Kent", **home) == [
        *["Jo", "1 Main St", "Apt 2", "London", "SW1A 1AA", "Kent", "Country"]
    ]


def test_a_saved_address_without_a_city_where_there_is_none(mai) -> None:
    kept = addresses.save(mai, name="Jo", line1="1 Creek Rd", region="دبي", country="AE")
    assert kept.city == ""
