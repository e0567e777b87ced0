"""What an instructor asks a class in each lesson, and what students find difficult."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Teaching:
    """Advice for a lesson.

    Parameters
    ----------
    ask : str
        A question for the class, in Markdown.
    listen_for : str
        What a good answer has in it.
    difficulty : str
        What is typically difficult, and what helps.
    """

    ask: str
    listen_for: str
    difficulty: str


TEACHING = {
    "what_a_network_learns": Teaching(
        ask="What does a network have before its training, and what has it afterwards?",
        listen_for="The same numbers in the same places, with other values. Nothing is "
        "stored of the points themselves.",
        difficulty="Students take the probability of class 1 for a measure of how well "
        "the network knows a region. Point to a place far from all points: the map is "
        "dark there, and the network has never seen anything of it.",
    ),
    "training_by_hand": Teaching(
        ask="A point is classified wrongly. In which direction should its step move "
        "each weight, and why not all of the way?",
        listen_for="Against the sign of error times feature. A full correction for one "
        "point undoes what other points need.",
        difficulty="The sign of the step and the mean over the batch get lost. Let "
        "students make one step on paper and put the new weights in: the loss of the "
        "batch has to fall.",
    ),
    "why_twenty_seeds": Teaching(
        ask="Two classmates run the same code and report different accuracies. Who "
        "made a mistake?",
        listen_for="Nobody has to. The seed sets the starting weights and the order of "
        "the batches.",
        difficulty="Overlapping bands are read as no difference. Draw the settings "
        "as pairs of points joined by lines: if nearly all lines go up, overlap does "
        "not matter.",
    ),
    "count_parameters": Teaching(
        ask="You may change one thing of a network without changing the number of its "
        "parameters. What can it be?",
        listen_for="Activation functions, values, the data. Not the layer sizes.",
        difficulty="Shapes get transposed between the equations and the arrays. Let "
        "students write both shapes side by side, with the inner numbers adjacent.",
    ),
    "forward_pass": Teaching(
        ask="Take the activation functions away. What can a network with ten layers do "
        "that one with a single layer cannot?",
        listen_for="Nothing: a product of matrices is a matrix, and the biases fold "
        "into one.",
        difficulty="The logistic function at the output is thought to bend the "
        "boundary. Ask where it is one half: wherever the sum before it is zero, and "
        "that is a straight line.",
    ),
    "backpropagation": Teaching(
        ask="Why do we go through the layers backwards, and not forwards with the same "
        "chain rule?",
        listen_for="Backwards, one vector is passed on, and each layer reuses the work "
        "of the layer above. Forwards, each weight would need a pass of its own.",
        difficulty="Students mix up derivatives by activations and by "
        "pre-activations. Let them name each arrow of the diagram before they compute "
        "anything, and check with a central difference.",
    ),
    "gradient_descent": Teaching(
        ask="You multiply the loss by a constant. Which rules make longer steps now, "
        "and which do not?",
        listen_for="Gradient descent and momentum do. Adam divides by the recent size "
        "of the gradient, so its steps stay.",
        difficulty="Adam's correction of the first steps looks like a detail. Compute "
        "the first step with and without it: the two estimates start at zero, and one "
        "recovers much more slowly than the other.",
    ),
    "decision_boundary": Teaching(
        ask="Your classifier is wrong about a few points. How can you tell whether a "
        "better one exists?",
        listen_for="Compare it with the best that the recipe of the data allows. Where "
        "the classes overlap, nobody can be right about all points.",
        difficulty="One more percentage point on a small test set is celebrated. Let "
        "students compute how many test points that is, and train with another seed.",
    ),
    "loss_and_accuracy": Teaching(
        ask="The validation loss rises and the accuracy stays. What has changed in the "
        "network?",
        listen_for="It has become more sure of its wrong answers. The accuracy asks "
        "for the side, the loss for the probability.",
        difficulty="Giving a validation set is taken for early stopping. Ask which "
        "line of the code switches the rule on, and which weights are kept.",
    ),
    "batch_size": Teaching(
        ask="What do you have to hold fixed if you want to compare batch sizes fairly?",
        listen_for="It depends on the question: the number of epochs, of updates, or "
        "the time. Each comparison favours another size.",
        difficulty="Slow is called stuck. Ask what one would have to see for the "
        "explanation to be false: more updates that do not help.",
    ),
    "activation": Teaching(
        ask="A network fails with one activation function. What can the cause be, and "
        "which experiment tells?",
        listen_for="It cannot represent the function, it starts badly, its rate is "
        "wrong. The experiment changes one of them alone.",
        difficulty="Students conclude from one learning rate. Let each group take "
        "another rate, and put the results together on the board.",
    ),
    "fit_a_function": Teaching(
        ask="The loss has hardly changed for a hundred epochs. Stop, or go on?",
        listen_for="Look at the prediction and at a logarithmic axis: the network may "
        "be on a plateau, doing what a simpler function does.",
        difficulty="A loss is taken for an error in the units of the target. Let "
        "students take the root, and mind the factor one half.",
    ),
    "learning_rate": Teaching(
        ask="With the smaller rate the loss is larger. Is the smaller rate worse?",
        listen_for="At equal epochs it has gone less far. Compare at equal rate times "
        "epochs before you say so.",
        difficulty="A smooth curve is taken for a good training. Ask how large the "
        "steps are along which it is smooth.",
    ),
    "sum_of_sigmoids": Teaching(
        ask="A neuron contributes almost a straight line to the sum. May you delete "
        "it?",
        listen_for="No: nearly straight is not nearly zero. Its line can be put in its "
        "place.",
        difficulty="The place of a step is read off the bias alone. Let students solve "
        "$w x + b = 0$ for two neurons with equal biases and different weights.",
    ),
    "what_the_theorem_does_not_promise": Teaching(
        ask="Somebody says: by the theorem, my network will learn this function. What "
        "is wrong?",
        listen_for="The theorem says that good weights exist, on a closed and bounded "
        "interval. It says nothing about finding them, or about other places.",
        difficulty="A failed training is taken for a limit of the network. Show "
        "weights set by hand for the same network: they come closer.",
    ),
    "stopping_and_peeking": Teaching(
        ask="You may look at the test set once. When do you look, and what are you no "
        "longer allowed to do then?",
        listen_for="At the very end. Nothing may be chosen afterwards: no epoch, no "
        "setting, no seed.",
        difficulty="Choosing the best epoch on the test set feels harmless, since the "
        "network is not trained on it. Let students choose the best of many coin "
        "flippers in the same way.",
    ),
    "checking_the_wrong_network": Teaching(
        ask="Which wrong networks would your check let pass?",
        listen_for="For a count: any with the same count. For a range of outputs: any "
        "with the right last layer.",
        difficulty="Several names are taken for several networks. Print `a is b` for "
        "two entries, and draw both arrows to one box on the board.",
    ),
    "reading_loss_curves": Teaching(
        ask="A figure shows a loss below zero. What was drawn?",
        listen_for="Its logarithm. On a logarithmic axis one draws the loss itself.",
        difficulty="Half-way between two ticks is read as their mean. Let students put "
        "two, three and five between one and ten on a logarithmic axis.",
    ),
    "one_seed": Teaching(
        ask="Twenty seeds agree, all on the same test set. What can still be wrong?",
        listen_for="They share the test points, so they share the luck of these "
        "points. More seeds do not average it away.",
        difficulty="An explanation that fits is taken for one that was tested. Ask "
        "what the other explanation predicts, and in which experiment the two differ.",
    ),
    "digits": Teaching(
        ask="The network says seven. How sure can you be, and does the accuracy tell?",
        listen_for="Look down the column of the confusion matrix: it has all that was "
        "read as seven, and the share of sevens in it.",
        difficulty="Rows and columns of the confusion matrix get mixed up. Let "
        "students ask one question along a row and one down a column.",
    ),
    "scale_inputs": Teaching(
        ask="The model works on all test data at once, and fails on one sample. What "
        "would you look for?",
        listen_for="A scaler that is fitted to the new data. It has to keep the mean "
        "and the deviation of the training set.",
        difficulty="A smaller learning rate is offered as the cure. Ask which rate "
        "suits two features whose gradients differ by a large factor: none suits both.",
    ),
    "starting_weights": Teaching(
        ask="All weights start at zero. What can training still change?",
        listen_for="The biases of the output, and with them the shares of the "
        "classes. All neurons of a layer stay equal.",
        difficulty="Variance and standard deviation are swapped. Let students draw a "
        "sum of many products and compare its size with that of its inputs.",
    ),
    "overfitting": Teaching(
        ask="The loss on new samples is larger than that on the training set. Does "
        "the network overfit?",
        listen_for="Not by that alone. It does when the loss on new samples rises "
        "while the training loss falls.",
        difficulty="The gap between the curves is watched in place of the upper "
        "curve. Cover the lower one, and ask which epoch is the best.",
    ),
    "choosing_settings": Teaching(
        ask="The winner of a search did worse on new data than its score said. Was "
        "that bad luck?",
        listen_for="No. The highest of many scores is high partly by luck, so it "
        "falls back, on average.",
        difficulty="The test set is asked again and again. Let students count how "
        "often it has been used, and say what it has chosen.",
    ),
}
