"""How good embeddings are on photographs: who teaches and who is asked, what is compared, figures with their spread."""
