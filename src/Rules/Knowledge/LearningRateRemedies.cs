namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies that change how far a step goes.</summary>
public static class LearningRateRemedies
{
    private const double WarmupShare = 0.05;
    private const long ShortestWarmup = 20;
    private const long LongestWarmup = 1000;

    /// <summary>A step that changes weights by more than this share of their size is too long whoever asks.</summary>
    private const double OversizedRatio = 0.1;

    private const double RangeFactor = 100;
    private const double LowestRate = 1e-6;
    private const double HighestRate = 1;
    private const int RangeSteps = 100;

    /// <summary>Lower the learning rate: as far as the measured updates ask for, and by the given factor where they tell nothing.</summary>
    /// <param name="facts">The run: its own rate becomes the new number.</param>
    /// <param name="factor">What to multiply by, between 0 and 1.</param>
    public static Remedy Lower(RunFacts facts, double factor)
    {
        ArgumentNullException.ThrowIfNull(facts);
        bool isOversized = facts.Of(Metric.GlobalUpdateRatio) is { Mean: > OversizedRatio };
        return Change(facts, isOversized ? UpdateSizes.FactorFor(facts) : factor, $"One step goes too far: the next one starts from a worse place.");
    }

    /// <summary>Raise the learning rate.</summary>
    /// <param name="facts">The run: its own rate becomes the new number.</param>
    /// <param name="factor">What to multiply by, above 1.</param>
    public static Remedy Raise(RunFacts facts, double factor) => Change(facts, factor, $"Steps are so short that the run is over before it gets anywhere.");

    /// <summary>Find the learning rate by a range test: what to do where nothing measured says if it is too high or too low.</summary>
    /// <param name="facts">The run: its own rate lies in the middle of the range.</param>
    public static Remedy RangeTest(RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        double present = Present(facts);
        var (low, high) = double.IsFinite(present) ? (Round(present / RangeFactor), Round(Math.Min(present * RangeFactor, HighestRate))) : (LowestRate, HighestRate);
        return new Remedy
        {
            Title = $"Find the learning rate by a range test from {low:G2} to {high:G2}",
            Actions = [new RemedyAction { Kind = RemedyActionKind.TestLearningRates, Minimum = low, Maximum = high, Steps = RangeSteps }],
            Rationale = $"Nothing that was measured tells whether the rate is too high or too low; a hundred steps at a rising rate do. Take the largest rate at which the loss still falls.",
            Caveat = $"Test on a copy of the model, and restart the training from fresh weights.",
            Code = FormattableString.Invariant($$"""
                for (int step = 0; step < {{RangeSteps}}; step++)
                {
                    double rate = {{low:G2}} * Math.Pow({{high / low:G3}}, step / {{RangeSteps - 1}}.0);
                    foreach (var group in optimizer.ParamGroups) { group.LearningRate = rate; }
                    optimizer.zero_grad();
                    using var loss = criterion.call(model.call(x), y); // the next batch of each step
                    loss.backward();
                    optimizer.step();
                    Console.WriteLine($"{rate:G3} {loss.item<float>():G4}"); // take the largest rate before the loss rises
                }
                """),
            Sources = [RemedySources.Smith],
        };
    }

    /// <summary>Start with small steps.</summary>
    /// <param name="facts">The run: its length sets the length of the warm-up.</param>
    public static Remedy Warmup(RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        long steps = Math.Clamp((long)(WarmupShare * facts.StepCount), ShortestWarmup, LongestWarmup);
        return new Remedy
        {
            Title = $"Warm the learning rate up over the first {steps} steps",
            Actions = [new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = steps }],
            Rationale = $"Early gradients are large and point anywhere; small first steps keep the weights where gradients are useful.",
            Caveat = $"Warm-up delays progress by about its own length.",
            Code = FormattableString.Invariant($"var warmup = optim.lr_scheduler.LambdaLR(optimizer, step => Math.Min(1.0, (step + 1) / {steps}.0)); // warmup.step() after optimizer.step()"),
            Sources = [RemedySources.Goyal],
        };
    }

    /// <summary>Limit the length of the gradient.</summary>
    /// <param name="facts">The run: the usual norm of its gradient sets the limit.</param>
    public static Remedy Clip(RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        double norm = facts.Of(Metric.GlobalGradientNorm) is { } measured && double.IsFinite(measured.Minimum) && measured.Minimum > 0
            ? Round(Math.Clamp(Math.Sqrt(measured.Minimum * Math.Max(measured.Minimum, double.IsFinite(measured.First) ? measured.First : measured.Minimum)), 0.1, 10))
            : 1;
        return new Remedy
        {
            Title = $"Clip the gradient to a norm of {norm:G3}",
            Actions = [new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = norm }],
            Rationale = $"A single steep place then moves the weights no further than any other.",
            Caveat = $"Clipping hides a learning rate that is too high; if most steps are clipped, lower the rate instead.",
            Code = FormattableString.Invariant($"loss.backward();\nnn.utils.clip_grad_norm_(model.parameters(), {norm:G3});\noptimizer.step();"),
            Sources = [RemedySources.Pascanu],
        };
    }

    private static Remedy Change(RunFacts facts, double factor, Text rationale)
    {
        ArgumentNullException.ThrowIfNull(facts);
        double present = Present(facts);
        bool isConstant = facts.Of(Metric.LearningRate) is { } rate && rate.Minimum == rate.Maximum;
        double value = Round(present * factor);
        bool known = double.IsFinite(value);
        return new Remedy
        {
            Title = !known ? $"Multiply the learning rate by {factor:G3}"
                : isConstant ? (Text)$"Set the learning rate to {value:G3} (now {present:G3})"
                : $"Set the highest learning rate to {value:G3} (now {present:G3})",
            Actions = known
                ? [new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = value }]
                : [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = factor }],
            Rationale = rationale,
            Caveat = $"The right rate depends on optimizer, batch size and normalisation; treat the number as a starting point.",
            Code = known ? FormattableString.Invariant($"foreach (var group in optimizer.ParamGroups) {{ group.LearningRate = {value:G3}; }}") : null,
            Sources = ["Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 11.4.1"],
        };
    }

    private static double Present(RunFacts facts) => facts.Of(Metric.LearningRate) is { Maximum: > 0 and var highest } ? highest : double.NaN;

    private static double Round(double value) => double.IsFinite(value) && value != 0
        ? double.Parse(value.ToString("G2", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture)
        : value;
}
