"""What coordinators look at: today, conversations and their summaries, measures, the weekly digest."""
