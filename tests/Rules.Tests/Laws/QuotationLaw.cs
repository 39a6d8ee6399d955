using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Laws;

/// <summary>
/// The law of quotation: a value told with a step is the one that was measured or logged there, to the digits shown; a mean says that it is one; what is told of the whole run holds at its end.
/// Keeps every measurement of a run and holds findings against it.
/// </summary>
internal sealed partial class QuotationLaw(ScopeTable scopes) : IMeasurementSink
{
    /// <summary>So many values at the end tell where a curve lies there.</summary>
    private const int LeastTail = 4;

    private readonly Dictionary<(string Metric, string Scope), SortedDictionary<long, List<double>>> _series = [];

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        var key = (MetricCatalog.NameOf(measurement.Metric), scopes[measurement.Scope].Name);
        if (!_series.TryGetValue(key, out var series))
        {
            _series.Add(key, series = []);
        }

        if (!series.TryGetValue(measurement.Step, out var values))
        {
            series.Add(measurement.Step, values = []);
        }

        values.Add(measurement.Value);
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <summary>Lists what a diagnosis says that is not so, a line each.</summary>
    public IReadOnlyList<string> Violations(RunDiagnosis diagnosis) => [.. diagnosis.Findings.SelectMany(finding => Violations(finding, diagnosis.Facts))];

    private IEnumerable<string> Violations(Finding finding, RunFacts facts) =>
        finding.Evidence.Select(Check).Concat([.. Quotes(finding.Title, finding), .. Quotes(finding.Message, finding), CheckEnd(finding, facts), .. CheckWording(finding), .. CheckWholeRun(finding)]).OfType<string>()
            .Select(problem => $"{finding.Rule.Id} {finding.Rule.Name}: {problem}");

    private string? Check(Evidence evidence)
    {
        if (evidence.Limit is { } limit && !IsSo(evidence.Value, evidence.Comparison, limit))
        {
            return $"evidence {evidence.Metric}({evidence.Layer}) = {evidence.Value:G6} is not {evidence.Comparison} {limit:G6}";
        }

        if (!MetricCatalog.All.Any(info => MetricCatalog.NameOf(info.Metric) == evidence.Metric))
        {
            return null;
        }

        string what = $"evidence {evidence.Metric}({evidence.Layer}) = {evidence.Value:G6} at step {evidence.Step}";
        if (!_series.TryGetValue((evidence.Metric, evidence.Layer ?? string.Empty), out var series))
        {
            return $"{what}, which was never measured";
        }

        if (evidence.Step is not { } step)
        {
            return series.Values.Any(values => values.Any(value => Same(value, evidence.Value))) ? null : $"{what}, a value that was never measured";
        }

        if (evidence.MeanOf is not { } count)
        {
            return series.TryGetValue(step, out var there) && there.Any(value => Same(value, evidence.Value)) ? null
                : $"{what}; measured {(there is null ? "nothing" : string.Join(" ", there.Select(value => value.ToString("G6", CultureInfo.InvariantCulture))))} there";
        }

        var part = series.Where(item => item.Key >= evidence.FromStep && item.Key <= step).SelectMany(item => item.Value).Where(double.IsFinite).ToList();
        return part.Count != count ? $"{what} as the mean of {count} from step {evidence.FromStep}, where there are {part.Count}"
            : Math.Abs(part.Average() - evidence.Value) > 1e-6 * Math.Max(Math.Abs(evidence.Value), part.Max(Math.Abs)) ? $"{what} as the mean of {count}, which is {part.Average():G6}"
            : null;
    }

    private IEnumerable<string?> Quotes(Text text, Finding finding)
    {
        string sentence = text.ToString();
        foreach (Match match in ValueAtStep().Matches(sentence).Concat(AtStepValue().Matches(sentence)).Concat(ValueInBrackets().Matches(sentence)))
        {
            yield return CheckQuote(match.Groups["value"].Value, match.Groups["step"].Value, finding, sentence);
        }

        foreach (Match match in FromTo().Matches(sentence))
        {
            yield return CheckQuote(match.Groups["first"].Value, match.Groups["from"].Value, finding, sentence);
            yield return CheckQuote(match.Groups["second"].Value, match.Groups["to"].Value, finding, sentence);
        }
    }

    private string? CheckQuote(string shown, string step, Finding finding, string sentence)
    {
        shown = shown.TrimEnd('.', ',');
        if (!double.TryParse(shown.Replace(",", string.Empty, StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            return null;
        }

        long at = long.Parse(step, CultureInfo.InvariantCulture);
        double tolerance = HalfAUnit(shown) + (1e-9 * Math.Abs(value));
        var names = finding.Rule.Inputs.Select(MetricCatalog.NameOf).Concat(finding.Evidence.Select(evidence => evidence.Metric)).ToHashSet();
        bool isThere = _series.Where(item => names.Contains(item.Key.Metric)).Any(item => item.Value.TryGetValue(at, out var values) && values.Any(measured => Math.Abs(measured - value) <= tolerance || Same(measured, value)));
        bool isComputed = finding.Evidence.Any(evidence => evidence.Step == at && Math.Abs(evidence.Value - value) <= tolerance);
        return isThere || isComputed ? null : $"'{shown}' at step {at} was never measured: {sentence}";
    }

    /// <summary>What is open at the end held up to the last measurement, or the message says until when.</summary>
    private string? CheckEnd(Finding finding, RunFacts facts)
    {
        if (finding is not { RecoveredAt: null, LastStep: { } until, FirstStep: { } since } || since == until || finding.Evidence.Count == 0)
        {
            return null;
        }

        string sentence = finding.Message.ToString();
        bool says = sentence.Contains($"step {until}", StringComparison.Ordinal);
        long last = finding.Layers.Append(string.Empty).Concat(finding.Evidence.Select(evidence => evidence.Layer ?? string.Empty)).Distinct()
            .Select(layer => _series.TryGetValue((finding.Evidence[0].Metric, layer), out var series) ? series.Keys.Last() : -1).Max();
        return until < last && !says ? $"held until step {until}, was measured until {last}, and does not say so: {sentence}"
            : sentence.Contains(" on, ", StringComparison.Ordinal) && until < Math.Min(last, facts.LastStep) ? $"claims to go on after step {until}: {sentence}"
            : null;
    }

    /// <summary>
    /// What is told without an end holds at the end: the curve still lies beyond the limit, its lowest or best is that of the whole run, and the level told of its newest values is theirs.
    /// </summary>
    private IEnumerable<string?> CheckWholeRun(Finding finding)
    {
        if (finding.Evidence.Count == 0 || !_series.TryGetValue((finding.Evidence[0].Metric, finding.Evidence[0].Layer ?? string.Empty), out var series))
        {
            yield break;
        }

        var first = finding.Evidence[0];
        string sentence = finding.Message.ToString();
        long end = finding.RecoveredAt is null ? long.MaxValue : finding.LastStep ?? long.MaxValue;
        double[] values = [.. series.Where(item => item.Key <= end).SelectMany(item => item.Value).Where(double.IsFinite)];
        if (finding.RecoveredAt is null && finding.FirstStep != finding.LastStep && first is { Limit: { } limit, Metric: "loss" or "validation_loss" or "accuracy" or "validation_accuracy" } && values.Length >= LeastTail
            && !(first.MeanOf >= LeastTail && series.Keys.Count(step => step > first.Step) < first.MeanOf) && (first.Step == series.Keys.Last() || !sentence.Contains($"step {first.Step}", StringComparison.Ordinal)))
        {
            double[] tail = [.. values[^Math.Max(LeastTail, values.Length / 10)..].Order()];
            bool isBeyond = tail.Any(value => IsSo(value, first.Comparison, limit));
            yield return isBeyond ? null : $"is told to the end, where {first.Metric} went from {tail[0]:G4} to {tail[^1]:G4} and none is {first.Comparison} {limit:G4}: {sentence}";
        }

        double[] whole = sentence.Contains("over the whole run", StringComparison.Ordinal) ? [.. series.SelectMany(item => item.Value).Where(double.IsFinite)] : values;
        foreach (Match match in Extreme().Matches(sentence))
        {
            string shown = match.Groups["value"].Value.TrimEnd('.', ',', ';');
            double quoted = double.Parse(shown.Replace(",", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);
            double extreme = match.Groups["which"].Value == "lowest" || !first.Metric.Contains("accuracy", StringComparison.Ordinal) ? whole.Min() : whole.Max();
            yield return Math.Abs(quoted - extreme) <= HalfAUnit(shown) + (1e-9 * Math.Abs(quoted)) ? null : $"{match.Groups["which"].Value} is told as {shown}, and is {extreme:G6}: {sentence}";
        }

        foreach (Match match in LevelOfTheLast().Matches(sentence))
        {
            string shown = match.Groups["value"].Value.TrimEnd('.', ',', ';');
            double told = double.Parse(shown.Replace(",", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);
            int count = int.Parse(match.Groups["count"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
            double[] last = values[^Math.Min(count, values.Length)..];
            double rounding = HalfAUnit(shown) + (1e-9 * Math.Abs(told));
            yield return told >= last.Min() - rounding && told <= last.Max() + rounding ? null : $"the last {count} values lie between {last.Min():G4} and {last.Max():G4}: {sentence}";
        }
    }

    private static bool IsSo(double value, string comparison, double limit) => comparison switch
    {
        _ when double.IsNaN(value) || double.IsNaN(limit) => true,
        ">" => value > limit,
        ">=" => value >= limit,
        "<" => value < limit,
        "<=" => value <= limit,
        "==" => Math.Abs(value - limit) <= 1e-5 * Math.Abs(limit),
        _ => value != limit,
    };

    private static IEnumerable<string> CheckWording(Finding finding)
    {
        foreach (string sentence in new[] { finding.Title.ToString(), finding.Message.ToString() })
        {
            if (ImpossibleShare().Match(sentence) is { Success: true } share)
            {
                yield return $"impossible share '{share.Value}': {sentence}";
            }

            if (WrongPlural().Match(sentence) is { Success: true } plural)
            {
                yield return $"'{plural.Value}': {sentence}";
            }
        }
    }

    private static bool Same(double a, double b) => a.Equals(b);

    /// <summary>Half a unit in the last digit shown.</summary>
    private static double HalfAUnit(string shown)
    {
        string[] parts = shown.Replace(",", string.Empty, StringComparison.Ordinal).Split('E', 'e');
        int decimals = parts[0].IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? parts[0].Length - point - 1 : 0;
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return 0.5 * Math.Pow(10, exponent - decimals);
    }

    [GeneratedRegex(@"(?<![\w.])(?<value>-?\d[\d.,]*(?:[eE][+-]?\d+)?|NaN|Infinity|-Infinity)(?: \(mean of [\d,]+\))?(?<!mean of [\d,]+\)) at step (?<step>\d+)")]
    private static partial Regex ValueAtStep();

    [GeneratedRegex(@"at step (?<step>\d+),? it was (?<value>-?\d[\d.,]*(?:[eE][+-]?\d+)?)")]
    private static partial Regex AtStepValue();

    [GeneratedRegex(@"(?<![\w.])(?<value>-?\d[\d.,]*(?:[eE][+-]?\d+)?) \(step (?<step>\d+)\)")]
    private static partial Regex ValueInBrackets();

    [GeneratedRegex(@"[Ff]rom step (?<from>\d+) to step (?<to>\d+),? the \w+ (?:went|fell|rose) from (?<first>-?\d[\d.,]*(?:[eE][+-]?\d+)?) to (?<second>-?\d[\d.,]*(?:[eE][+-]?\d+)?)")]
    private static partial Regex FromTo();

    [GeneratedRegex(@"(?<which>lowest|best) at step \d+ with (?<value>-?\d[\d.,]*(?:[eE][+-]?\d+)?)")]
    private static partial Regex Extreme();

    [GeneratedRegex(@"its last (?<count>[\d,]+) values (?:is|lie at a level of) (?<value>-?\d[\d.,]*(?:[eE][+-]?\d+)?)")]
    private static partial Regex LevelOfTheLast();

    [GeneratedRegex(@"\d{4,} ?%|\d,\d{3}[\d,]* ?%|-\d+ ?%|(?<![\d.,])0 ?% better")]
    private static partial Regex ImpossibleShare();

    [GeneratedRegex(@"(?<![\d.,])1 (?:values|steps|layers|samples|batches|classes|parameters|units|epochs|losses|validations)\b|(?<![\d.,])0 of their size")]
    private static partial Regex WrongPlural();
}
