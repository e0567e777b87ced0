"""The device that tensors live on."""

import torch


def find_device(name):
    """Check that a device is there.

    Parameters
    ----------
    name : str
        ``"cpu"``, ``"cuda"``, ``"cuda:1"``, … or ``"auto"``: a GPU where there is one.

    Returns
    -------
    str
        The device's name.

    Raises
    ------
    ValueError
        If torch finds no such device.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda":
        n_devices = torch.cuda.device_count()
        if not torch.cuda.is_available() or (device.index or 0) >= n_devices:
            raise ValueError(f"torch finds {n_devices} CUDA devices on this machine.")
        return name
    if device.type != "cpu":
        raise ValueError(f"{device.type} devices are not supported.")
    if device.index:
        raise ValueError("There is one CPU for torch, 'cpu'.")
    return "cpu"


def tensor_on(array, device):
    """A tensor on an array's own memory, where that is possible.

    Of what torch cannot read where it lies, or could not write to, it is a copy.
    """
    if not (array.flags.behaved and array.flags.forc):
        array = array.copy(order="K")
    return torch.from_numpy(array).to(device)
