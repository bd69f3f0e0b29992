"""“How your donations are used”: what the public is told of money and goods, year by year."""
