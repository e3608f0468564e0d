select day, standing, visits from past_visit
