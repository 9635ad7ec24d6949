"""What a scale will take, before it starts: trainings, arithmetic, hours, memory and disk."""
