pragma quick_check(5)
