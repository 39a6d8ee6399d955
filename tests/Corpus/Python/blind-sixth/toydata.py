"""Small synthetic pictures that several programs use."""
import torch


def shapes(n, size=16, noise=0.15, classes=4, seed=0):
    """Grey pictures (n, 1, size, size) in about 0..1 of a square, a cross, a ring or stripes, and their labels."""
    g = torch.Generator().manual_seed(seed)
    y = torch.randint(0, classes, (n,), generator=g)
    x = torch.zeros(n, 1, size, size)
    at = torch.randint(0, size - 8, (n, 2), generator=g)
    square = torch.ones(7, 7)
    cross = torch.zeros(7, 7)
    cross[3, :] = 1
    cross[:, 3] = 1
    ring = torch.ones(7, 7)
    ring[2:5, 2:5] = 0
    stripes = torch.zeros(7, 7)
    stripes[::2, :] = 1
    kinds = torch.stack([square, cross, ring, stripes])
    for i in range(n):
        r, c = at[i].tolist()
        x[i, 0, r:r + 7, c:c + 7] = kinds[y[i]]
    x = x * (0.6 + 0.4 * torch.rand(n, 1, 1, 1, generator=g)) + noise * torch.rand(n, 1, size, size, generator=g)
    return x.clamp(0, 1), y
