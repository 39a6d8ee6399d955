namespace TrainingDoctor.Corpus;

/// <summary>Rules that come together: one trouble, seen from several sides.</summary>
internal static class Symptoms
{
    /// <summary>Training gets nowhere.</summary>
    public static readonly string[] NoProgress = ["stalled-loss", "plateaued-loss", "slow-convergence", "underfitting"];

    /// <summary>Steps are out of control.</summary>
    public static readonly string[] Explosion =
    [
        "diverging-loss", "exploding-gradient", "exploding-weights", "exploding-activation", "oscillating-loss", "oversized-update", "loss-spike",
        "non-finite-loss", "non-finite-gradient", "non-finite-activation", "non-finite-weights",
    ];

    /// <summary>Layers that pass nothing on.</summary>
    public static readonly string[] DeadLayers =
        ["dead-units", "saturated-activation", "collapsed-activation", "vanishing-gradient", "unchanged-weights", "undersized-update", "skewed-activation"];
}
