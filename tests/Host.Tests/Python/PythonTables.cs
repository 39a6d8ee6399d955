using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Changes;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Monitoring;
using TrainingDoctor.Names;
using TrainingDoctor.Preflights;
using TrainingDoctor.Probes;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Treatments;

namespace TrainingDoctor.Tests.Python;

/// <summary>What the recorder for PyTorch has in common with the monitor, as a Python module: vocabularies, and the limits that both of them measure by.</summary>
internal static partial class PythonTables
{
    private const int Width = 160;

    /// <summary>The limits, by the class that measures by them.</summary>
    private static readonly (Type Owner, string[] Names)[] Limits =
    [
        (typeof(AttachedTreatment), ["ExitCode"]),
        (typeof(ClassComparison), ["MostClasses", "FewestLabels", "MostElements", "MostLookedAt", "FewestExpected"]),
        (typeof(EvaluatedWeights), ["MostTensors", "MostOfTensor"]),
        (typeof(EvaluationProbe), ["MostSamples", "MostElements", "MostParameters", "Still"]),
        (typeof(FeatureMoments), ["MostFeatures"]),
        (typeof(GitCommit), ["LargestFile"]),
        (typeof(LabelCounts), ["IgnoredIndex", "MostClasses"]),
        (typeof(LayerOutputs), ["MostElements"]),
        (typeof(LayerProbe), ["BoundShare"]),
        (typeof(LearningProbe), ["Learnt", "Progress", "MostAllowances", "Rates"]),
        (typeof(LinearFit), ["Dense", "Period", "MostFeatures", "MostTargets", "MostRows", "RowsPerFeature", "Ridge"]),
        (typeof(PaddingMasks), ["FewestKinds", "MostLooks"]),
        (typeof(LookupCounts), ["Dense", "Period", "FewestRows", "FewestLookups", "MostLookups", "Modes", "MostModes", "FilledShare"]),
        (typeof(LossAlarm), ["Weight", "Deviations", "WarmUp"]),
        (typeof(LossRecognition), ["Tolerance", "CoarseTolerance", "MostElements", "MostBroadcast", "Parts"]),
        (typeof(Movement), ["Rounding"]),
        (typeof(OverlapRecognition), ["Tolerance", "Rounding", "Single", "MostDoubt", "Smoothings", "FewestSteps"]),
        (typeof(PreflightProgram), ["Seed"]),
        (typeof(PreflightRun), ["StepsOfBatch"]),
        (typeof(RepeatedRows), ["Dense", "Period", "FewestRows", "MostRows", "MostPlaces", "FewestValues", "FewestDifferences", "MostWhole"]),
        (typeof(RollingFile), ["Parts"]),
        (typeof(RunningScale), ["MostBatches", "LeastShare"]),
        (typeof(SeenRows), ["MostRows", "FewestRows", "Distinct"]),
        (typeof(SequenceAlignment), ["FewestPlaces", "FewestTokens", "FewestEnds", "MostTokens", "Equal", "Ambiguous"]),
        (typeof(StepComparison), ["Dense", "Period", "MostFeatures", "FewestRows"]),
        (typeof(UnitActivity), ["MinimumSamples", "MinimumBatches"]),
        (typeof(ValidationComparison), ["MostBatches", "MostForms", "FewestTrained", "FewestValidated"]),
    ];

    /// <summary>Writes the module.</summary>
    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("\"\"\"Vocabularies and limits that this package shares with the monitor for .NET. Made from it, and not to be edited: CONTRIBUTING.md says how.\"\"\"\n\n");
        text.Append("from __future__ import annotations\n\nfrom typing import Dict, Tuple\n");
        var usual = new SamplingSchedule();
        Tuple(text, "TASKS", "What a network may be trained to do.", Enum.GetNames<TrainingTask>());
        Tuple(text, "LOSS_KINDS", "Kinds of losses, each with its place as its number.", Enum.GetNames<LossKind>());
        Dictionary(text, "LOSSES", "The kinds of losses by their types.", "str", LossInspector.Kinds.Select(pair => (pair.Key.Name, Quoted(pair.Value.ToString()))));
        Tuple(text, "ACTIVATIONS", "Activation functions.", Enum.GetValues<ActivationKind>().Where(kind => kind is not (ActivationKind.Other or ActivationKind.Exponential or ActivationKind.Identity)).Select(kind => kind.ToString()));
        Dictionary(text, "BOUNDS", "Where activation functions end.", "Tuple[float, float]", LayerProbe.Bounds.Select(pair => (pair.Key.ToString(), $"({Number((double)pair.Value.Low)}, {Number((double)pair.Value.High)})")));
        Tuple(text, "NEW_ACTIVATIONS", "Activation functions that a trial can put in.", ActivationFactory.Makers.Keys.Select(kind => kind.ToString()));
        Tuple(text, "NEW_LOSSES", "Losses that a trial can put in.", LossChange.Makers.Keys);
        Tuple(text, "NEW_OPTIMIZERS", "Optimizers that a trial can put in; others spell them in other cases.", OptimizerChange.Makers.Keys);
        Dictionary(text, "HIGHER_SCORES", "Words for scores where higher is better, by how much each says of a run as a whole.", "int", RoleLexicon.HigherScores.Select(pair => (pair.Key, Number(pair.Value))));
        Dictionary(text, "LOWER_SCORES", "Words for scores where lower is better.", "int", RoleLexicon.LowerScores.Select(pair => (pair.Key, Number(pair.Value))));
        text.Append('\n').Append(CultureInfo.InvariantCulture, $"_OUTPUT_SCOPE = {Quoted(MonitorSession.OutputScope)}\n");
        text.Append(CultureInfo.InvariantCulture, $"_SCHEDULE_DENSE_STEPS = {usual.DenseSteps}\n_SCHEDULE_INTERVAL = {usual.Interval}\n_SCHEDULE_ALARMED_STEPS = {usual.AlarmedSteps}\n");
        foreach (var (owner, names) in Limits)
        {
            text.Append('\n');
            foreach (string name in names)
            {
                text.Append(CultureInfo.InvariantCulture, $"_{Upper(owner.Name)}_{Upper(name)} = {Value(owner, name)}\n");
            }
        }

        return text.ToString();
    }

    private static string Value(Type owner, string name)
    {
        var field = owner.GetField(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic) ?? throw new InvalidOperationException($"{owner.Name} has no {name} any more: what does its twin in python/ measure by?");
        return field.GetValue(null) is double[] several ? $"({string.Join(", ", several.Select(number => Number(number)))})" : Number(field.GetValue(null)!);
    }

    private static string Number(object value) => value switch
    {
        double or float => Convert.ToDouble(((IFormattable)value).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) is var number && number == Math.Truncate(number)
            ? number.ToString("0.0", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace("E-", "e-", StringComparison.Ordinal),
        _ => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
    };

    private static void Tuple(StringBuilder text, string name, string sentence, IEnumerable<string> values) => List(text, $"_{name}: Tuple[str, ...] = (", values.Select(Quoted), ")", sentence);

    private static void Dictionary(StringBuilder text, string name, string sentence, string type, IEnumerable<(string Key, string Value)> pairs) =>
        List(text, $"_{name}: Dict[str, {type}] = {{", pairs.Select(pair => $"{Quoted(pair.Key)}: {pair.Value}"), "}", sentence);

    private static void List(StringBuilder text, string begin, IEnumerable<string> items, string end, string sentence)
    {
        text.Append('\n').Append(begin).Append('\n');
        string line = "   ";
        foreach (string item in items)
        {
            if (line.Length + item.Length + 2 > Width)
            {
                text.Append(line).Append('\n');
                line = "   ";
            }

            line += $" {item},";
        }

        text.Append(line).Append('\n').Append(end).Append('\n').Append(CultureInfo.InvariantCulture, $"\"\"\"{sentence}\"\"\"\n");
    }

    private static string Quoted(string text) => $"\"{text}\"";

    private static string Upper(string name) => WordStart().Replace(name, "_").ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
