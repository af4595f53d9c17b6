"""The two renderers of frames: Dash components for the screen, Word for paper; neither asks a question."""
