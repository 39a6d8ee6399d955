namespace TrainingDoctor;

/// <summary>One thing that a live cure did to a training.</summary>
public sealed class Intervention
{
    private Action? _undo;

    internal Intervention(string id, CureMode kind, long step, Text message, string? ruleId, IReadOnlyList<string> layers, Action undo)
    {
        (Id, Kind, Step, Message, RuleId, Layers, _undo) = (id, kind, step, message, ruleId, layers, undo);
    }

    /// <summary>Gets the identity within the run: <c>I1</c>, <c>I2</c>, …</summary>
    public string Id { get; }

    /// <summary>Gets what kind of intervention it was.</summary>
    public CureMode Kind { get; }

    /// <summary>Gets the step after which it was made.</summary>
    public long Step { get; }

    /// <summary>Gets what was done, with the values before and after.</summary>
    public Text Message { get; }

    /// <summary>Gets the rule whose finding led to it; null where a number that is not finite did.</summary>
    public string? RuleId { get; }

    /// <summary>Gets the layers that were changed; empty when the run as a whole was.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Gets a value indicating whether it was undone.</summary>
    public bool IsUndone { get; private set; }

    /// <summary>Gets a value indicating whether it can be undone: it was not yet, and what it replaced is still kept.</summary>
    public bool CanUndo => _undo is not null;

    /// <summary>Takes it back.</summary>
    /// <returns>False when it cannot be undone.</returns>
    internal bool Undo()
    {
        if (_undo is not { } undo)
        {
            return false;
        }

        undo();
        (_undo, IsUndone) = (null, true);
        return true;
    }

    /// <summary>Gives up what it would take to undo it.</summary>
    internal void Forget() => _undo = null;
}
