namespace TrainingDoctor;

/// <summary>What a preflight saw of a program that no number tells. Everything that it did not look at, or could not, is empty.</summary>
public sealed record PreflightDescription
{
    /// <summary>Gets what the program was doing when it failed: <c>forward</c>, <c>loss</c> or <c>backward</c>; null when nothing failed.</summary>
    public string? FailedAt { get; init; }

    /// <summary>Gets what the failure said; null when nothing failed.</summary>
    public string? Failure { get; init; }

    /// <summary>Gets the type and shape of the batch's input, e.g. <c>float32[64, 3, 32, 32]</c>; null when there is none.</summary>
    public string? Input { get; init; }

    /// <summary>Gets the convolutions whose input looks like images with the channels last.</summary>
    public IReadOnlyList<string> ChannelsLast { get; init; } = [];

    /// <summary>Gets the convolutions whose input is that of the model, channels last, read as if the channels came first: a reshape where a permute was meant.</summary>
    public IReadOnlyList<string> ReadAcross { get; init; } = [];

    /// <summary>Gets a value indicating whether the model wrote into its input.</summary>
    public bool ChangesInput { get; init; }

    /// <summary>Gets the normalisation parameters, biases and embeddings that the optimizer decays.</summary>
    public IReadOnlyList<string> Decayed { get; init; } = [];

    /// <summary>Gets a value indicating whether the optimizer's weight decay is added to the gradient before an adaptive step divides by its size.</summary>
    public bool DecaysThroughGradient { get; init; }

    /// <summary>Gets a value indicating whether the batch may be time first, so that what looks like other samples are other times.</summary>
    public bool MayBeTimeFirst { get; init; }

    /// <summary>Gets why probes were left out, in words, by what they measure.</summary>
    public IReadOnlyDictionary<string, string> LeftOut { get; init; } = new Dictionary<string, string>();
}
