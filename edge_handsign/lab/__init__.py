"""The chapter's experiment: how often is it right after 1, 2, 5… samples of a sign, and what does learning them cost?

material    what there is to teach and to ask about, and what has to stay apart
split       which of it teaches and which is asked, by the draw of a seed
bundle      the same on disk, where every process finds it

learner     what a trial asks of whoever learns; kinds is the table of the four
knn         the product's own memory over the embedding of the cut network
head        two layers over the same embedding, trained here with NumPy
tuned       the source model with its last layers trained on
scratch     a small network that has never seen anything else
course      how the last two are trained with Keras; source and layers turn a .tflite file back into a network for it

trial       one learner, so many samples, one draw, in a process of its own
curve       all trials within a time, and what they come to
claims      the chapter's two sentences held against the figures; table, plot and report show them
"""
