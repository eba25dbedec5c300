from desk.models.applications import Application
from desk.models.days import DayMoney, DayPost, DayProduct, KeptDays, ShopOverview

__all__ = ["Application", "DayMoney", "DayPost", "DayProduct", "KeptDays", "ShopOverview"]
