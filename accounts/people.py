"""What members change about themselves."""

from __future__ import annotations

from accounts.models import User


def edit(user: User, *, display_name: str, bio: str) -> User:
    """Set the name and the words about `user` that their profile shows.

    Raises django.core.exceptions.ValidationError for an empty name or overlong words; nothing is
    written then.
    """
    user.display_name = " ".join(display_name.split())
    user.bio = bio.strip()
    user.clean_fields(
        exclude=[
            field.name for field in User._meta.fields if field.name not in {"display_name", "bio"}
        ]
    )
    user.save(update_fields=["display_name", "bio"])
    return user
