using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7001: output function and loss do not fit each other or the task.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class OutputLossMismatch(OutputLossMismatchOptions options) : StructureRule<OutputLossMismatchOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7001",
        Name = "output-loss-mismatch",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"Output function and loss do not fit each other or the task.",
        Explanation = $"The last function of the model is compared with what the loss expects (logits, probabilities, log-probabilities or values) and with what the task needs. "
            + $"It is read from the structure where layers run in a certain order, otherwise from what was measured: a function called in code is recognised by what it makes of the last layer's extremes. "
            + $"A bounded or rectified output for values is a fault only where targets lie outside its range. "
            + $"Without any structure, a cross entropy that comes to rest at ln(e + k - 1) less the share of right answers, and is never below ln(e + k - 1) - 1 for k classes, shows that probabilities are fed to a loss that wants logits: this works on logs too.",
        Why = $"Softmax applied twice flattens every gradient; a bounded output cannot reach targets beyond its bound; a loss that takes probabilities for logarithms rewards the wrong thing.",
        Inputs = [Metric.Loss, Metric.Accuracy, Metric.ValidationLoss, Metric.ValidationAccuracy, Metric.RecognizedActivation, Metric.ComparedForm, Metric.ComparedDimension, Metric.ComparedOutsideFraction],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongOutputActivation, Cause.WrongLoss, Cause.UnscaledData],
        Remedies =
        [
            new($"Take the output function out where the loss contains it (CrossEntropyLoss, BCEWithLogitsLoss).", $"Both compute softmax or sigmoid themselves, in a form that cannot overflow."),
            new($"Match output and task: identity for values, one sigmoid for yes or no, softmax for one of several classes, one sigmoid per label for several labels.", $"Only then can the output say what the target says."),
            new($"Put LogSoftmax before NLLLoss.", $"It expects logarithms of probabilities."),
        ],
        Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: table of output functions", "PyTorch documentation of the losses", "V-Net (3DV 2016), by Milletari, Navab and Ahmadi: the Dice loss", "DeepLocalize (ICSE 2021), AUTOTRAINER (TDSC 2024): wrong last activation or loss"],
        Limitations = $"A function called between model and loss is seen only where the monitor is given the targets, and the value of the loss shows it. BCELoss is judged only where no step succeeded.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return OutputDiagnosis.Of(symptom, facts);
    }

    private static double? ClassesOf(StructureView? view, RunFacts facts)
    {
        double seen = facts.Of(Metric.TargetClassCount)?.Maximum ?? 0;
        long units = view is null ? 0 : OutputFacts.Of(view).Units ?? 0;
        return Math.Max(seen, units) is >= 2 and var classes ? classes : null;
    }

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        var output = OutputFacts.Of(view);
        if (OutputFit.Judge(output, view.Moment, Options.TargetTolerance) is not { } mismatch)
        {
            yield break;
        }

        if (output.IsPresumed && mismatch.Severity == Severity.Error)
        {
            // A function may follow in code behind the layer that was called last.
            mismatch = mismatch with { Severity = Severity.Warning, Confidence = 0.8 };
        }

        var evidence = new List<Evidence>();
        if (mismatch.Bounds is { } bounds && output.Targets is { } targets)
        {
            bool above = targets.High > bounds.High;
            evidence.Add(above
                ? new Evidence(MetricCatalog.NameOf(Metric.TargetMaximum), null, null, targets.High, bounds.High, ">")
                : new Evidence(MetricCatalog.NameOf(Metric.TargetMinimum), null, null, targets.Low, bounds.Low, "<"));
        }

        if (mismatch.Variant == "missing-log-softmax" && output.SmallestLoss is { } loss)
        {
            evidence.Add(new Evidence(MetricCatalog.NameOf(Metric.Loss), null, null, loss, 0, "<"));
        }

        if (mismatch.Variant is "softmax-between" or "sigmoid-between")
        {
            evidence.Add(new Evidence(MetricCatalog.NameOf(Metric.RecognizedActivation), null, null, 1, 0, ">"));
        }

        if (mismatch.Variant is "no-log-probabilities" or "shares-for-log-probabilities")
        {
            evidence.Add(new Evidence(MetricCatalog.NameOf(Metric.ComparedForm), null, null, mismatch.Variant == "no-log-probabilities" ? 0 : 1, 2, "!="));
        }

        if (mismatch.Variant == "logits-for-overlap" && output.OutsideFraction is { } outside)
        {
            evidence.Add(new Evidence(MetricCatalog.NameOf(Metric.ComparedOutsideFraction), null, null, outside, OutputFit.MostOutside, ">"));
        }

        if (output.Units is { } units)
        {
            evidence.Add(new Evidence("output_units", output.Layer, null, units, null, "=="));
        }

        yield return new Symptom
        {
            Severity = mismatch.Severity,
            Confidence = mismatch.Confidence,
            Variant = mismatch.Variant,
            Layers = output.Layer is { } layer ? [layer] : [],
            Evidence = evidence,
            Values = OutputDiagnosis.ToValues(mismatch, output),
        };
    }

    internal override IEnumerable<Symptom> InspectRun(StructureView? view, RunFacts facts)
    {
        if (CrossEntropyFloor.Find(facts, ClassesOf(view, facts)) is not { } floor)
        {
            yield break;
        }

        string loss = MetricCatalog.NameOf(floor.IsValidation ? Metric.ValidationLoss : Metric.Loss);
        var evidence = new List<Evidence> { new(loss, null, floor.LossStep, floor.Loss, floor.Floor, ">=") };
        if (floor.Accuracy is { } accuracy && facts.Of(floor.AccuracyMetric) is { } score)
        {
            evidence.Add(new Evidence(MetricCatalog.NameOf(floor.AccuracyMetric), null, floor.AccuracyStep, score.Last, null, ">"));
        }

        bool isProven = floor is { IsTold: true, Accuracy: not null, Classes: > 2 } && !CrossEntropyFloor.IsStopped(facts);
        yield return new Symptom
        {
            Severity = isProven ? Severity.Error : Severity.Warning,
            Confidence = isProven ? 0.97 : 0.85,
            Variant = OutputDiagnosis.ProbabilitiesForLogits,
            FirstStep = facts.FirstStep,
            LastStep = facts.LastStep,
            Evidence = evidence,
            Values = OutputDiagnosis.ToValues(floor),
        };
    }

    internal override Text? WhyRunNotJudged(RunFacts facts) =>
        facts.Of(Metric.Loss) is not null && (facts.Of(Metric.Accuracy) ?? facts.Of(Metric.ValidationAccuracy)) is not null && CrossEntropyFloor.IsRefuted(facts, 2)
            ? null
            : (Text)$"needs the structure of the model, or a loss and an accuracy that tell";

    internal override Text? WhyNotJudged(StructureView view)
    {
        var output = OutputFacts.Of(view);
        bool isTaskEnough = output.Task is TrainingTask.Regression or TrainingTask.MultilabelClassification or TrainingTask.MulticlassClassification;
        if (output.Loss is null && !isTaskEnough)
        {
            return $"needs the loss or the task: set TrainingMonitorOptions.Loss or Task";
        }

        bool isRefuted = output.Loss == LossKind.CrossEntropy && ClassesOf(view, view.Facts) is { } classes && CrossEntropyFloor.IsRefuted(view.Facts, classes);
        return output.Function is null && !isRefuted ? (Text)$"the output function is neither a module in a known order nor recognised from what was measured" : null;
    }
}

/// <summary>Thresholds of <see cref="OutputLossMismatch"/>.</summary>
public sealed class OutputLossMismatchOptions
{
    /// <summary>Gets or sets by how much of their own range targets may lie outside the output's bounds.</summary>
    /// <value>The default is 0.05, so that rounding and label smoothing pass; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TargetTolerance { get; set; } = 0.05;
}
