namespace TrainingDoctor.Rules.Evaluation;

/// <summary>
/// Judges a run while it goes on by what judges it when it is over: at steps that lie ever farther apart, so that a run of any length costs a few dozen looks. What some looks in a row see is opened;
/// what a later one does not see any more has recovered; the end has the last word. Runs that are over before they are read are judged at their end alone.
/// </summary>
/// <param name="context">The surroundings of the evaluator.</param>
/// <param name="firstLook">How many steps must have been measured before the first look.</param>
/// <param name="looks">How many looks in a row must see the same.</param>
/// <param name="judge">Judges what was measured so far; null for nothing to say.</param>
internal sealed class RunningVerdict(RuleContext context, int firstLook, int looks, Func<Symptom?> judge)
{
    /// <summary>So many times as many steps lie before each look as before the one ahead of it.</summary>
    private const double Growth = 1.2;

    private long _step = -1;
    private long _steps;
    private long _next = firstLook;
    private string? _seen;
    private int _inARow;
    private Symptom? _open;

    /// <summary>Takes notice of a measurement.</summary>
    /// <param name="step">Its step.</param>
    public void Observe(long step)
    {
        if (!context.Facts.IsLive || step == _step)
        {
            return;
        }

        // The first measurement of a step: all of the steps before it are complete.
        _step = step;
        if (_steps++ >= _next)
        {
            _next = (long)Math.Ceiling(_next * Growth);
            Look();
        }
    }

    /// <summary>Judges the run, which is over.</summary>
    public void Complete()
    {
        var found = judge();
        if (_open is not null && found?.Variant == _open.Variant)
        {
            _open.Become(found);
            return;
        }

        if (_open is not null)
        {
            // What looked so on the way is told as what it was, and weighs nothing.
            (_open.Severity, _open.RecoveredAt) = (Severity.Info, _open.RecoveredAt ?? context.Facts.LastStep);
        }

        if (found is not null)
        {
            context.Open(found);
        }
    }

    private void Look()
    {
        var found = judge() is { Severity: >= Severity.Warning } symptom ? symptom : null;
        _inARow = found is null ? 0 : found.Variant == _seen ? _inARow + 1 : 1;
        _seen = found?.Variant;
        if (_open is null)
        {
            _open = _inARow >= looks ? context.Open(found!) : null;
        }
        else if (found?.Variant == _open.Variant)
        {
            _open.Become(found);
        }
        else
        {
            _open.RecoveredAt ??= _step;
        }
    }
}
