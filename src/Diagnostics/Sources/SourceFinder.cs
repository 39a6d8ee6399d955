using System.Reflection;
using System.Reflection.Emit;
using static TorchSharp.torch;

namespace TrainingDoctor.Sources;

/// <summary>Finds lines of the program that trains, in its debug symbols; opened when a finding asks, and never before.</summary>
internal sealed class SourceFinder(nn.Module model, MethodBase? caller) : IDisposable
{
    private readonly Dictionary<Assembly, DebugSymbols?> _symbols = [];

    /// <summary>The method outside of this library that the current call comes from; null where there is none.</summary>
    public static MethodBase? Caller() => new System.Diagnostics.StackTrace(fNeedFileInfo: false).GetFrames()
        .Select(frame => frame.GetMethod())
        .FirstOrDefault(method => method?.DeclaringType is { } type && type.Assembly != typeof(SourceFinder).Assembly);

    /// <summary>The line where a layer, or what holds it, is assigned to its field in the constructor of the user's own module.</summary>
    /// <param name="path">The layer's path in the model.</param>
    /// <returns>Null for a layer that no own module holds, or whose assembly has no symbols.</returns>
    public SourcePlace? Layer(string path)
    {
        // The deepest own module on the way to the layer has the field.
        var (owner, ownerPath) = model.named_modules().Where(item => item.name.Length > 0 && path.StartsWith(item.name + '.', StringComparison.Ordinal))
            .OrderByDescending(item => item.name.Length).Select(item => (item.module, item.name)).Append((model, string.Empty))
            .FirstOrDefault(item => item.Item1.GetType().Assembly != typeof(nn.Module).Assembly);
        if (owner is null)
        {
            return null;
        }

        string member = path[(ownerPath.Length == 0 ? 0 : ownerPath.Length + 1)..].Split('.')[0];
        string held = ownerPath.Length == 0 ? member : $"{ownerPath}.{member}";
        for (var type = owner.GetType(); type is not null && type.Assembly != typeof(nn.Module).Assembly; type = type.BaseType)
        {
            foreach (var constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (Find(constructor, (code, target) => code == OpCodes.Stfld && target is FieldInfo field && IsNamed(field, member)) is var (file, line, column))
                {
                    return new SourcePlace { What = SourceRole.Layer, Name = held, File = file, Line = line, Column = column };
                }
            }
        }

        return null;
    }

    /// <summary>The line where the method that attached the monitor makes an object of a type, such as its optimizer.</summary>
    /// <param name="what">What it is.</param>
    /// <param name="made">The object's type.</param>
    /// <returns>Null where another method makes it, or there are no symbols.</returns>
    public SourcePlace? Made(SourceRole what, Type made) =>
        caller is not null && Find(caller, (_, target) => (target is MethodInfo method && method.ReturnType == made) || (target is ConstructorInfo constructor && constructor.DeclaringType == made)) is var (file, line, column)
            ? new SourcePlace { What = what, File = file, Line = line, Column = column }
            : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var symbols in _symbols.Values)
        {
            symbols?.Dispose();
        }
    }

    // RegisterComponents takes a field's name, or the one that its attribute gives it; an automatic property has a field named for it.
    private static bool IsNamed(FieldInfo field, string member) => field.Name == member || field.Name == $"<{member}>k__BackingField"
        || field.GetCustomAttributes().Any(attribute => attribute.GetType().Name == "ComponentNameAttribute" && attribute.GetType().GetProperty("Name")?.GetValue(attribute) as string == member);

    private (string File, int Line, int? Column)? Find(MethodBase method, Func<OpCode, MemberInfo, bool> isMeant)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code || Symbols(method.Module.Assembly) is not { } symbols)
        {
            return null;
        }

        foreach (var (offset, instruction, target) in IntermediateCode.Members(method, code))
        {
            if (isMeant(instruction, target) && symbols.Find(method, offset) is var (file, line, column))
            {
                return (SourcePath.Of(file), line, column);
            }
        }

        return null;
    }

    private DebugSymbols? Symbols(Assembly assembly)
    {
        if (!_symbols.TryGetValue(assembly, out var symbols))
        {
            _symbols[assembly] = symbols = DebugSymbols.Open(assembly);
        }

        return symbols;
    }
}
