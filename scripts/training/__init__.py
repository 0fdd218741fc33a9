"""How the product's backbone is trained: photographs in, one small int8 TFLite file out. Not part of the product."""
