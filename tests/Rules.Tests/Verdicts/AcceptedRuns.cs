using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json;

namespace TrainingDoctor.Tests.Verdicts;

/// <summary>
/// What the whole catalogue says of every run that a test of a rule makes, besides what the test itself asks for: those runs are what people thought of as different from each other.
/// Delete the file and run all tests with TRAINDOCTOR_ACCEPT=1 to write it anew after a change that was meant.
/// </summary>
internal static class AcceptedRuns
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "tests", "Rules.Tests", "Verdicts", "Accepted", "runs.txt");
    private static readonly bool IsAccepting = TestEnvironment.Read("ACCEPT") == "1";
    private static readonly ConcurrentDictionary<string, string> Lines = Load();

    private static readonly JsonSerializerSettings Plain = new() { DefaultValueHandling = DefaultValueHandling.Ignore, NullValueHandling = NullValueHandling.Ignore, Culture = CultureInfo.InvariantCulture };

    /// <summary>Holds what is said of a run against what was accepted.</summary>
    /// <param name="rules">The rules that the test is about, with their options. Runs of rules that are not in the catalogue are passed over.</param>
    /// <param name="trace">The measurements.</param>
    /// <param name="run">What is known of the run besides them.</param>
    public static void Check(IReadOnlyList<Rule> rules, Trace trace, RunDescription run)
    {
        var own = rules.ToDictionary(rule => rule.Descriptor.Id);
        if (own.Keys.Any(id => RuleCatalog.Find(id) is null))
        {
            return;
        }

        string key = Key(rules, trace, run);
        var catalogue = RuleSet.Of(RuleCatalog.CreateDefault().Select(rule => own.GetValueOrDefault(rule.Descriptor.Id, rule)));
        var (alone, _) = VerdictLine.Of(RuleSet.Of(rules), run, trace.Rows);
        var (line, whole) = VerdictLine.Of(catalogue, run, trace.Rows);
        string now = $"{line}, alone {alone[alone.LastIndexOf('#')..]}";
        if (IsAccepting)
        {
            Lines[key] = now;
            return;
        }

        Assert.True(Lines.TryGetValue(key, out string? accepted), $"run {key} of {string.Join(", ", own.Keys)} is not in {Path}: write it with TRAINDOCTOR_ACCEPT=1\n{now}");
        Assert.True(accepted == now, $"run {key} of {string.Join(", ", own.Keys)} is judged otherwise than {Path} says:\nwas {accepted}\nis  {now}\n{whole}");
    }

    private static ConcurrentDictionary<string, string> Load()
    {
        var lines = new ConcurrentDictionary<string, string>(
            (File.Exists(Path) ? File.ReadAllLines(Path) : []).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]));
        if (IsAccepting)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(Path, lines.OrderBy(line => line.Key, StringComparer.Ordinal).Select(line => $"{line.Key}: {line.Value}"));
        }

        return lines;
    }

    /// <summary>What tells one run from another. Values are rounded: processors differ in the last digits of a logarithm.</summary>
    private static string Key(IReadOnlyList<Rule> rules, Trace trace, RunDescription run)
    {
        var text = new StringBuilder();
        foreach (var rule in rules)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{rule.Descriptor.Id} {JsonConvert.SerializeObject(rule.GetType().GetProperty("Options")?.GetValue(rule), Plain)}");
        }

        text.AppendLine(JsonConvert.SerializeObject(run, Plain));
        foreach (var (step, metric, kind, scope, value) in trace.Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{step} {metric} {kind} {scope} {value:G6}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..12];
    }
}
