"""Products of a file on their way into the database: many together, each wholly or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import history, picture_fetches, products, shelves, stock
from catalogue.models import Category, Merchant, ProductImage, StockMovement, Variant
from catalogue.parsed import ParsedProduct
from catalogue.planned_variants import VARIANT_FIELDS, reserved
from catalogue.planning import plan
from catalogue.plans import NEW, Plan, Refused, refusal
from catalogue.shelves import Shelf
from shopping import many_rows, rows
from webhooks import events

Outcome = Plan | Refused
# To which no constraint objects, for a moment.
LET_GO = "UPDATE catalogue_variant SET option_values = ARRAY['(' || id || ')'] WHERE id = ANY(%s)"


class Book:
    """Where it is written down what came of products, in the transaction that writes them; here
    nowhere."""

    def begin(self) -> None:
        """The transaction begins: lock what has to stay as it is until its end."""

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """What came of a batch, in its order."""


NO_BOOK = Book()


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose products are written, who asked for it (None: nobody by name), what their stock movements
    refer to: the file's name, and whether pictures are fetched from the addresses that it names."""

    merchant: Merchant
    actor: User | None
    reference: str
    fetches_pictures: bool = True

    @property
    def makes_categories(self) -> bool:
        """They are all shops', so only whoever runs the site makes them: in the admin, or by a file."""
        return self.actor is None or self.actor.is_staff

    def try_out(self, batch: Sequence[ParsedProduct]) -> list[Outcome]:
        """What `write` would come to as things are now, of each in turn. Locks and changes nothing."""
        if not batch:
            return []
        planned = shelves.planned_categories if self.makes_categories else shelves.categories
        shelf = shelves.look(self.merchant, batch, found=planned(batch))
        return [_planned(parsed, shelf, self.merchant) for parsed in batch]

    def write(self, batch: Sequence[ParsedProduct], book: Book = NO_BOOK) -> list[Outcome]:
        """Write a batch in one transaction, in which `book` has what came of each.

        What one product meets that nobody could foresee (a SKU that somebody takes in this moment,
        pieces that are promised) costs the others nothing: then each gets a transaction of its own.
        Call outside of any transaction. Locks what `book` locks, the merchant, the products, their
        variants, and last their stock, each in key order.
        """
        if not batch:
            return []
        found = shelves.made_categories if self.makes_categories else shelves.categories
        try:
            return self._together(batch, found(batch), book)
        except (IntegrityError, Refused) as error:
            if len(batch) > 1:
                return [each for parsed in batch for each in self.write([parsed], book)]
            refused = error if isinstance(error, Refused) else _refused(batch[0], error)
        with transaction.atomic():
            book.begin()
            book.note([refused])
        return [refused]

    @transaction.atomic
    def _together(
        self, batch: Sequence[ParsedProduct], found: dict[str, Category], book: Book
    ) -> list[Outcome]:
        book.begin()
        shelf = shelves.lock(self.merchant, batch, found=found)
        outcomes = [_planned(parsed, shelf, self.merchant) for parsed in batch]
        self._put([each for each in outcomes if isinstance(each, Plan)])
        book.note(outcomes)
        return outcomes

    def _put(self, plans: Sequence[Plan]) -> None:
        """Write what was planned under the locks. Raises Refused, IntegrityError."""
        _put_products(plans)
        _put_variants(plans)
        _put_images(plans, fetch=self.fetches_pictures)
        told = [each for each in plans if each.is_told]
        variants = _variants(told)
        history.note_each(
            [(each.product, *noted) for each in told for noted in each.noted],
            actor=self.actor,
            reference=self.reference,
        )
        events.record_all(
            products.fact(
                each.product,
                variants=variants[each.product.pk],
                type="product.created" if each.fate == NEW else "product.updated",
                actor=self.actor,
                changes={},
            )
            for each in told
        )
        self._count(plans)

    def _count(self, plans: Sequence[Plan]) -> None:
        """Set the pieces. The last step, so that whoever hears of them has heard of their variant,
        and so that shoppers wait for the fewest moments."""
        counted = {each.rows[new.row].pk: (each, new) for each in plans for new in each.counts}
        if not counted:
            return
        try:
            stock.stocktake(
                {variant_id: new.on_hand for variant_id, (_plan, new) in counted.items()},
                reason=StockMovement.Reason.IMPORT,
                actor=self.actor,
                reference=self.reference,
            )
        except stock.OutOfStock as short:
            each, new = counted[min(short.shortages)]
            raise reserved(each.parsed, new) from short


def _planned(parsed: ParsedProduct, shelf: Shelf, merchant: Merchant) -> Outcome:
    try:
        return plan(parsed, shelf, merchant)
    except Refused as refused:
        return refused


def _put_products(plans: Sequence[Plan]) -> None:
    many_rows.insert_all([each.product for each in plans if each.fate == NEW])
    changed = [each for each in plans if each.fate != NEW and each.words]
    names = sorted({name for each in changed for name in each.words})
    many_rows.update_all([each.product for each in changed], *names)


def _put_variants(plans: Sequence[Plan]) -> None:
    gone = [variant.pk for each in plans for variant in each.gone]
    if gone:
        Variant.objects.filter(pk__in=gone).update(active=False, retired_by_import=True)
    renamed = sorted(pk for each in plans for pk in each.renamed)
    if renamed:
        # Variants may swap options, or one may take those of another that is gone, and the
        # constraint looks at each row on its own: first let go of the old ones.
        rows.run(LET_GO, [renamed])
    altered = [variant for each in plans for variant in each.altered]
    many_rows.update_all(altered, *VARIANT_FIELDS, "position", "retired_by_import")
    added = [variant for each in plans for variant in each.added.values()]
    for variant in added:
        variant.product_id = variant.product.pk
    many_rows.insert_all(added)


def _variants(plans: Sequence[Plan]) -> dict[int, list[Variant]]:
    """All variants of planned products, by the product's key, as they are now that they are written."""
    found: dict[int, list[Variant]] = {}
    for each in plans:
        if each.product.pk not in found:
            found[each.product.pk] = [] if each.fate == NEW else list(each.product.variants.all())
        found[each.product.pk] += each.added.values()
    for some in found.values():
        some.sort(key=lambda variant: (variant.position, variant.pk))
    return found


def _put_images(plans: Sequence[Plan], *, fetch: bool) -> None:
    ProductImage.objects.filter(pk__in=[pk for each in plans for pk in each.gone_images]).delete()
    altered, fresh = [], []
    for each in plans:
        for image, owner in each.altered_images:
            image.variant = each.rows[owner] if owner is not None else None
            altered.append(image)
        for image, owner in each.fresh_images:
            image.product = each.product
            image.variant = each.rows[owner] if owner is not None else None
            fresh.append(image)
    ProductImage.objects.bulk_update(altered, ["alt", "position", "variant"])
    ProductImage.objects.bulk_create(fresh)
    if fetch:
        picture_fetches.want(fresh)


def _refused(parsed: ParsedProduct, error: IntegrityError) -> Refused:
    """Which cell a database constraint means: a SKU of another product, mostly."""
    skus = [new.sku for new in parsed.variants if new.sku]
    if "variant_sku_unique" in str(error):
        message = _("Another product of this shop has one of these SKUs: %(skus)s.")
        return refusal(parsed, "sku", "", message % {"skus": ", ".join(skus)[:300]})
    return refusal(parsed, "", "", _("The shop's data changed meanwhile. Import again."))
