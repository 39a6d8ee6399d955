using System.Reflection;

namespace TrainingDoctor.Snapshots;

/// <summary>Which fields of an exception make what it says: not where on a stack of another process it was thrown.</summary>
internal static class ExceptionFields
{
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal) { "_message", "_innerException", "_helpURL", "_source", "_HResult" };

    /// <summary>Returns the fields.</summary>
    /// <param name="shape">The type of the exception.</param>
    public static IEnumerable<FieldShape> Of(TypeShape shape) => shape.Fields.Where(field => field.Info.DeclaringType != typeof(Exception) || Telling.Contains(field.Info.Name));
}
