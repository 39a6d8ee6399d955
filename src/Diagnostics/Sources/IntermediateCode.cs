using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace TrainingDoctor.Sources;

/// <summary>Reads the intermediate code of a method, as far as types are asked for in it (ECMA-335, III).</summary>
internal static class IntermediateCode
{
    private const byte TwoBytes = 0xFE;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>Finds the types that a method casts to, tests for, compares with or hands on as type arguments.</summary>
    /// <param name="method">The method.</param>
    /// <param name="code">Its code.</param>
    /// <returns>Each type, and the type whose field or property was read directly before; null when it was something else.</returns>
    public static IEnumerable<(Type Asked, Type? From)> TypesAskedFor(MethodBase method, byte[] code)
    {
        Type? from = null;
        for (int at = 0; at < code.Length;)
        {
            short value = code[at] == TwoBytes ? (short)((TwoBytes << 8) | code[at + 1]) : code[at];
            at += code[at] == TwoBytes ? 2 : 1;
            var instruction = Codes[value];
            int token = instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                ? BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))
                : 0;
            if (instruction == OpCodes.Castclass || instruction == OpCodes.Isinst || instruction == OpCodes.Unbox_Any)
            {
                if (Resolve(method, token) is Type asked)
                {
                    yield return (asked, from);
                }

                // A test is a cast too, when another follows: x as A, then as B.
                from = null;
            }
            else if (instruction == OpCodes.Ldtoken)
            {
                if (Resolve(method, token) is Type compared)
                {
                    yield return (compared, null);
                }
            }
            else if (instruction.OperandType == OperandType.InlineMethod)
            {
                var called = Resolve(method, token) as MethodBase;
                foreach (var argument in called is MethodInfo { IsGenericMethod: true } ? called.GetGenericArguments() : [])
                {
                    yield return (argument, null);
                }

                from = called is { IsSpecialName: true, IsStatic: false } && called.Name.StartsWith("get_", StringComparison.Ordinal) && called.Name != "get_Item" ? called.DeclaringType : null;
            }
            else if (instruction == OpCodes.Ldfld)
            {
                from = (Resolve(method, token) as FieldInfo)?.DeclaringType;
            }
            else if (instruction != OpCodes.Nop && instruction != OpCodes.Dup)
            {
                from = null;
            }

            at += Length(instruction.OperandType, code, at);
        }
    }

    /// <summary>Finds the fields and methods that a method names.</summary>
    /// <param name="method">The method.</param>
    /// <param name="code">Its code.</param>
    /// <returns>Each with its instruction and the instruction's offset, in their order; what cannot be resolved is left out.</returns>
    public static IEnumerable<(int Offset, OpCode Instruction, MemberInfo Target)> Members(MethodBase method, byte[] code)
    {
        for (int at = 0; at < code.Length;)
        {
            int offset = at;
            short value = code[at] == TwoBytes ? (short)((TwoBytes << 8) | code[at + 1]) : code[at];
            at += code[at] == TwoBytes ? 2 : 1;
            var instruction = Codes[value];
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod && Resolve(method, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))) is { } target)
            {
                yield return (offset, instruction, target);
            }

            at += Length(instruction.OperandType, code, at);
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMember(token, method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null, method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception exception) when (exception is ArgumentException or FileNotFoundException or TypeLoadException or BadImageFormatException)
        {
            // A member of an assembly that is not here cannot be called either.
            return null;
        }
    }

    private static int Length(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
        _ => 4,
    };
}
