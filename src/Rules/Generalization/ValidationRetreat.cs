using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>How a validation fell behind, judged.</summary>
/// <param name="Variant">By its loss, which has risen, or one of the constants.</param>
/// <param name="Metric">What fell behind.</param>
/// <param name="Scope">The evaluation set.</param>
/// <param name="Curve">How it went.</param>
/// <param name="Training">How training went on.</param>
/// <param name="Severity">How grave it is.</param>
/// <param name="Confidence">How certain it is.</param>
/// <param name="GrewBetter">Whether the score of the validation went on improving.</param>
internal readonly record struct ValidationRetreat(string Variant, Metric Metric, int Scope, CurveDescription Curve, TrainingSinceBest Training, Severity Severity, double Confidence, bool GrewBetter)
{
    /// <summary>The loss stopped improving, and training went on to a fraction of it.</summary>
    public const string Gap = "gap";

    /// <summary>The score has fallen from its best.</summary>
    public const string Score = "score";

    /// <summary>The score stopped improving, and the training score went on far above it.</summary>
    public const string ScoreGap = "score-gap";
}

/// <summary>How training went on from the best validation.</summary>
/// <param name="Then">The level of the training loss, or score, at that time; NaN where it is not known.</param>
/// <param name="Now">Its level at the end.</param>
/// <param name="Improves">Whether it has improved since, or nothing tells.</param>
/// <param name="IsUnknown">Whether nothing of the training loss tells.</param>
internal readonly record struct TrainingSinceBest(double Then, double Now, bool Improves, bool IsUnknown);
