using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TrainingDoctor.Tests.Verdicts;

/// <summary>What the catalogue says of a run, in a line: each finding by severity, rule, confidence and steps, and a digest of all its words and numbers.</summary>
internal static class VerdictLine
{
    /// <summary>Judges a run while it goes on and at its end.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="run">What is known of the run besides its measurements.</param>
    /// <param name="rows">Its measurements.</param>
    /// <returns>The line, and everything that the digest stands for.</returns>
    public static (string Line, string Whole) Of(RuleSet rules, RunDescription run, IEnumerable<(long Step, Metric Metric, ScopeKind Kind, string Scope, double Value)> rows)
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(rules, scopes) { IsLive = true };
        var whole = new StringBuilder();
        bool isOver = false;
        engine.FindingOpened += finding => whole.AppendLine(CultureInfo.InvariantCulture, $"{(isOver ? "at the end" : "while it ran")}: {finding}");
        engine.Begin(run);
        foreach (var (step, metric, kind, scope, value) in rows)
        {
            engine.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        isOver = true;
        var diagnosis = engine.Diagnose();
        foreach (var finding in diagnosis.Findings)
        {
            Tell(whole, finding);
        }

        foreach (var status in diagnosis.Rules.Where(status => status.Reason is not null))
        {
            whole.AppendLine(CultureInfo.InvariantCulture, $"{status.Rule.Id} {status.Outcome}: {status.Reason}");
        }

        string findings = string.Join("; ", diagnosis.Findings.Select(Head));
        return (FormattableString.Invariant($"{(findings.Length == 0 ? "nothing" : findings)} #{Digest(whole.ToString())}"), whole.ToString());
    }

    private static string Head(Finding finding) =>
        FormattableString.Invariant($"{finding.Severity.ToString().ToLowerInvariant()} {finding.Rule.Id} {finding.Confidence:G3}{(finding.FirstStep is { } first ? FormattableString.Invariant($" {first}-{finding.LastStep}") : string.Empty)}");

    private static void Tell(StringBuilder whole, Finding finding)
    {
        whole.AppendLine(CultureInfo.InvariantCulture, $"{finding} | {finding.Message} | open {finding.IsOpenEnded}, gone {finding.RecoveredAt}, of {finding.ConsequenceOf} | {string.Join(", ", finding.Layers)}");
        foreach (var evidence in finding.Evidence)
        {
            whole.AppendLine(CultureInfo.InvariantCulture, $"  {evidence.Metric} {evidence.Layer} {evidence.Step} {evidence.Value:G5} {evidence.Comparison} {evidence.Limit:G5} {evidence.FromStep} {evidence.MeanOf}");
        }

        whole.AppendLine(CultureInfo.InvariantCulture, $"  {string.Join(", ", finding.Causes.Select(cause => FormattableString.Invariant($"{cause.Cause} {cause.Likelihood:G3}")))}");
        foreach (var remedy in finding.Remedies)
        {
            whole.AppendLine(CultureInfo.InvariantCulture, $"  {remedy.Title} | {remedy.Rationale} | {remedy.Caveat} | {remedy.Code} | {string.Join("; ", remedy.Actions.Select(Tell))}");
        }
    }

    private static string Tell(RemedyAction action) => FormattableString.Invariant(
        $"{action.Kind} {string.Join(",", action.Layers ?? [])} {action.From} {action.To} {action.Scheme} {action.Factor:G5} {action.Value:G5} {action.Minimum:G5} {action.Maximum:G5} {action.Steps} {action.MaxNorm:G5} {action.Type} {action.Method} {action.Rate:G5} {action.Epoch:G5} {action.Step}");

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
}
