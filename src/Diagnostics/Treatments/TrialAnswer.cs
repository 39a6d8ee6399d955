using TrainingDoctor.Reports;

namespace TrainingDoctor.Treatments;

/// <summary>Answers the plan of a trial: what was applied and what was not, in a file beside the plan. Several monitors of one process give one answer: what one of them applied is applied.</summary>
internal sealed class TrialAnswer
{
    private static readonly Dictionary<string, TrialAnswer> Answers = [];
    private static readonly Lock Gate = new();
    private readonly string _path;
    private readonly TrialPlan _plan;
    private readonly List<string>[] _applied;
    private readonly string?[] _skipped;

    private TrialAnswer(string path, TrialPlan plan)
    {
        (_path, _plan) = (path, plan);
        _applied = [.. plan.Actions.Select(_ => new List<string>())];
        _skipped = new string?[plan.Actions.Count];
    }

    /// <summary>Gets the answer to a plan, the same for all monitors of the process.</summary>
    /// <param name="planPath">The plan's file.</param>
    /// <param name="plan">The plan.</param>
    public static TrialAnswer To(string planPath, TrialPlan plan)
    {
        lock (Gate)
        {
            string path = Path.GetFullPath(planPath) + ".applied.json";
            if (!Answers.TryGetValue(path, out var answer) || answer._plan.Actions.Count != plan.Actions.Count || answer._plan.Trial != plan.Trial)
            {
                Answers[path] = answer = new TrialAnswer(path, plan);
            }

            return answer;
        }
    }

    /// <summary>Says that an action was applied.</summary>
    /// <param name="index">Its place in the plan.</param>
    /// <param name="text">What was done, with values read back.</param>
    public void Apply(int index, string text)
    {
        lock (Gate)
        {
            if (!_applied[index].Contains(text))
            {
                _applied[index].Add(text);
            }
        }
    }

    /// <summary>Says that an action was not applied.</summary>
    /// <param name="index">Its place in the plan.</param>
    /// <param name="reason">Why.</param>
    public void Skip(int index, string reason)
    {
        lock (Gate)
        {
            _skipped[index] ??= reason;
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write()
    {
        lock (Gate)
        {
            var indices = Enumerable.Range(0, _plan.Actions.Count).ToList();
            var document = new AnswerDocument(
                TrialPlan.CurrentVersion,
                _plan.Trial,
                "csharp",
                [.. indices.Where(index => _applied[index].Count > 0).Select(index => new AppliedAction(_plan.Actions[index].Kind, _plan.Actions[index].Layers ?? [], string.Join("; ", _applied[index])))],
                [.. indices.Where(index => _applied[index].Count == 0 && _skipped[index] is not null).Select(index => new SkippedAction(_plan.Actions[index].Kind, _skipped[index]!))]);
            string draft = $"{_path}.{Environment.ProcessId}";
            File.WriteAllText(draft, ReportJson.SerializeAny(document));
            File.Move(draft, _path, overwrite: true);
        }
    }

    private sealed record AnswerDocument(int Version, string? Trial, string Monitor, IReadOnlyList<AppliedAction> Applied, IReadOnlyList<SkippedAction> Skipped);

    private sealed record AppliedAction(RemedyActionKind Kind, IReadOnlyList<string> Layers, string Text);

    private sealed record SkippedAction(RemedyActionKind Kind, string Reason);
}
