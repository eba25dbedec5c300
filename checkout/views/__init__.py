"""The pages of buying: the sheet (`sheet`), the cart (`cart`), paying (`pay`), orders (`orders`), saved
cards (`cards`)."""
