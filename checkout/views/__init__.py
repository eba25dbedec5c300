"""The pages of buying: the sheet (`sheet`), paying (`pay`), orders (`orders`), saved cards (`cards`)."""
