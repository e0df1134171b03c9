"""Who works here: invited, trained, looked after; what they look at, and the stories they tell."""
