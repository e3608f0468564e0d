//! Pure functions over plain facts: what the product counts, orders, suggests and flags.
