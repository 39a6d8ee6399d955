using TrainingDoctor.Names;
using TrainingDoctor.Readers.Accounts;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Accounts for the numbers of a record by the roles of their names.</summary>
/// <param name="account">Takes them down; null where nobody asks.</param>
/// <param name="facts">What is known of the log.</param>
/// <param name="wanted">Columns that the user gave a role, whatever they are called.</param>
internal sealed class RecordAccount(LineAccount? account, LogFacts facts, IReadOnlySet<string> wanted)
{
    /// <summary>Accounts for a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="label">Its name.</param>
    /// <param name="isUsed">Whether it is a point of a curve, where its name is of a metric.</param>
    /// <param name="isSetting">Whether its line measures nothing.</param>
    public void Take(LabelledNumber number, TextLabel label, bool isUsed, bool isSetting)
    {
        if (account is not { } lines)
        {
            return;
        }

        var kind = label.Role.Kind == RoleKind.None && number.IsBareCounter ? RoleKind.Step : label.Role.Kind;
        switch (kind)
        {
            case RoleKind.Step:
                lines.Take(number, NumberUse.Step, number.Label.Length == 0 ? "it counts before all names, or in brackets" : "its name counts");
                break;
            case RoleKind.Epoch:
                lines.Take(number, NumberUse.Epoch, "its name counts epochs");
                break;
            case RoleKind.PlannedSteps:
                lines.Take(number, NumberUse.Setting, "its name is of what is planned");
                break;
            case RoleKind.Metric when isUsed:
                lines.Take(number, NumberUse.Measurement, string.Empty, label.ColumnOf(facts.Columns));
                break;
            case RoleKind.Metric:
                lines.Take(number, NumberUse.Unused, "it is shown again, measured once");
                break;
            case RoleKind.None when wanted.Contains(label.Name):
                lines.Take(number, NumberUse.Measurement, string.Empty, label.ColumnOf(facts.Columns));
                break;
            default:
                lines.TakeNameless(number, isSetting);
                break;
        }
    }
}
