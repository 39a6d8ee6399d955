using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>A printed line as far as it is read: its pieces, the words that no number has taken yet, and the numbers that were found.</summary>
/// <param name="roles">What words mean.</param>
internal sealed class FieldLine(TextRoles roles)
{
    /// <summary>Gets what words mean.</summary>
    public TextRoles Roles => roles;

    /// <summary>Gets the pieces.</summary>
    public LineTokens Tokens { get; } = new();

    /// <summary>Gets the words that no number has taken yet.</summary>
    public FieldLabel Label { get; } = new(roles);

    /// <summary>Gets the numbers that were found.</summary>
    public List<LabelledNumber> Numbers { get; } = [];

    /// <summary>Gets or sets a value indicating whether what follows repeats what was best.</summary>
    public bool IsBest { get; set; }

    /// <summary>Gets or sets the token from which on names stand behind their numbers; beyond the last where they do not.</summary>
    public int NamesFollowFrom { get; set; }

    /// <summary>Gets a value indicating whether names stand behind numbers anywhere in the line.</summary>
    public bool NamesFollow => NamesFollowFrom < Tokens.Count;

    /// <summary>Tells whether a word names a phase.</summary>
    public static bool IsPhase(string word) => RoleLexicon.PhaseOf(word.ToLowerInvariant()) != ColumnPhase.Unknown;

    /// <summary>Adds what a key begins with that is a number, as <c>'0_default'</c> does: it is of a name.</summary>
    public void AddKey(TextToken key)
    {
        if (char.IsAsciiDigit(Tokens.Line[key.Start]))
        {
            AddAside(key, string.Empty, NumberAside.Element);
        }
    }

    /// <summary>Adds a number that is no measurement.</summary>
    /// <param name="token">The number.</param>
    /// <param name="label">What it is called.</param>
    /// <param name="aside">What it is.</param>
    public void AddAside(TextToken token, string label, NumberAside aside) => Numbers.Add(new LabelledNumber(label, token.Value, 0, false, Label.Phase) { Start = token.Start, End = token.End, Aside = aside });
}
