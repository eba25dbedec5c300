"""Files that only their owners may read."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from shopping.private_files import private_files


@pytest.fixture
def folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


def test_a_private_file_lies_in_its_own_folder_and_has_no_address(folder):
    name = private_files().save("imports/rows.csv", ContentFile(b"sku\n"))
    assert (folder / name).read_bytes() == b"sku\n"
    with pytest.raises(ValueError, match="no address"):
        private_files().url(name)


def test_no_name_leads_out_of_the_folder(folder):
    with pytest.raises(SuspiciousFileOperation):
        private_files().open("../media/a.jpg")


def test_what_is_private_is_not_below_what_is_served():
    assert configured.MEDIA_ROOT not in configured.PRIVATE_ROOT.parents
