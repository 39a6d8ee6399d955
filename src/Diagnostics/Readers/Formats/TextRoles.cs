namespace TrainingDoctor.Readers;

/// <summary>What the words before numbers of printed lines mean; the same few come again and again.</summary>
internal sealed class TextRoles
{
    /// <summary>More words than a log of a training has; beyond them nothing is remembered.</summary>
    public const int MaximumLabels = 4096;

    private readonly Dictionary<string, ColumnRole> _roles = new(StringComparer.Ordinal);

    /// <summary>Tells the role that words give a number.</summary>
    public ColumnRole Of(string label)
    {
        if (label.Length == 0)
        {
            return ColumnRole.None;
        }

        if (!_roles.TryGetValue(label, out var role))
        {
            role = ColumnClassifier.Classify(label);

            // "LSTM_2 Epoch 3": whatever stands before it, it counts epochs, unless it is about another one.
            if (role.Kind == RoleKind.None && ColumnName.Words(label) is [.. var before, "epoch"] && !before.Exists(RoleLexicon.IsOfAnotherEpoch))
            {
                role = new ColumnRole(RoleKind.Epoch);
            }

            if (_roles.Count < MaximumLabels)
            {
                _roles.Add(label, role);
            }
        }

        return role;
    }
}
