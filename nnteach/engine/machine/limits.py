"""The sizes at which the engine goes another way.

They are choices of speed and memory. Whatever they are, a network is trained to the
same weights, up to rounding. Only ``many_inputs`` must stay what it is while networks
live: the state of an optimizer, in files too, lies as it says.
"""

from dataclasses import dataclass


@dataclass
class Limits:
    """Sizes that suit the machine.

    Attributes
    ----------
    gathered_numbers : int
        The inputs of a whole epoch are gathered at once if they are at most this many
        numbers; otherwise those of a batch. So are the targets and the outputs. Targets
        of more classes are kept as bytes.
    copied_bytes : int
        Inputs whose rows do not lie one after the other are copied if they are at most
        this large; larger ones, such as data frames, are read where they lie.
    adjacent_inputs : int
        Up to this many inputs, the samples' values of an input lie side by side, where
        products are faster; with more, gathering would take longer than that saves.
    many_inputs : int
        The weights of more inputs lie input by input in memory, and not neuron by
        neuron: so many inputs are often sparse, and a sample then needs the weights of
        a few of them.
    chunk_activations : int
        Evaluation goes through the samples in chunks of about this many activations of
        the widest layer, which should stay in the processor's cache.
    gpu_chunk_activations : int
        The same on a GPU.
    stack_bytes : int
        A stack's activations and their gradients should stay in a core's own cache.
    multiplications_per_stack : int
        Stacks are trained in threads if the products of a step have this many
        multiplications. Where they have fewer, and where elementwise operations take
        the time, each thread waits for the interpreter.
    multiplications_for_torch_threads : int
        Operations of more multiplications are shared out by torch itself.
    multiplications_for_new_threads : int
        Predictions of more multiplications are shared out among new threads, which
        take a while to start.
    multiplications_for_onednn : int
        A product of as many multiplications takes longer than a call of oneDNN does.
    """

    gathered_numbers: int = 2**22
    copied_bytes: int = 2**26
    adjacent_inputs: int = 8
    many_inputs: int = 2**10
    chunk_activations: int = 2**18
    gpu_chunk_activations: int = 2**24
    stack_bytes: int = 2**20
    multiplications_per_stack: int = 2**20
    multiplications_for_torch_threads: int = 2**23
    multiplications_for_new_threads: int = 2**29
    multiplications_for_onednn: int = 2**22


LIMITS = Limits()
