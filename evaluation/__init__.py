"""How good the trained models are on labelled texts they never saw: figures with intervals, pictures, comparison."""
