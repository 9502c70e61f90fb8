/* Writes small programs: to be run often, and to be refused late. */
#define _GNU_SOURCE
#include "workload.h"
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { base = 0x10000000 };

struct image {
	Elf64_Ehdr header;
	Elf64_Phdr segments[3];
	unsigned char code[128];
	char text[512];
};

#define ADDRESS_OF(field) (base + (unsigned int)__builtin_offsetof(struct image, field))

static struct image image_of(const unsigned char *code, size_t size)
{
	struct image image = {
		.header =
			{
				.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
				.e_type = ET_EXEC,
				.e_machine = EM_X86_64,
				.e_version = EV_CURRENT,
				.e_entry = ADDRESS_OF(code),
				.e_phoff = __builtin_offsetof(struct image, segments),
				.e_ehsize = sizeof(Elf64_Ehdr),
				.e_phentsize = sizeof(Elf64_Phdr),
				.e_phnum = 1,
			},
		.segments[0] =
			{
				.p_type = PT_LOAD,
				.p_flags = PF_R | PF_X,
				.p_vaddr = base,
				.p_filesz = sizeof(struct image),
				.p_memsz = sizeof(struct image),
				.p_align = 4096,
			},
	};

	memcpy(image.code, code, size);
	return image;
}

char *where_late_program_has_text(const char *path)
{
	char *page = mmap((void *)base, sizeof(struct image), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	check(page == (char *)base, "mmap");
	return strcpy(page + __builtin_offsetof(struct image, text), path);
}

static void save(const char *path, const void *bytes, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	check(file >= 0 && !fchmod(file, 0755), path);
	check(write(file, bytes, size) == (ssize_t)size, path);
	close(file);
}

/* xor edi, edi; mov eax, SYS_exit; syscall */
#define EXIT 0x31, 0xff, 0xb8, 60, 0, 0, 0, 0x0f, 0x05
#define BYTES(value) (value) & 0xff, (value) >> 8 & 0xff, (value) >> 16 & 0xff, (value) >> 24 & 0xff

static const unsigned char exit_code[] = {EXIT};

static void elf_exit(char **operands, long count)
{
	struct image image = image_of(exit_code, sizeof(exit_code));

	(void)count;
	save(operands[0], &image, sizeof(image));
}

/* Adds one byte to a file each time it is run. */
static void elf_append(char **operands, long count)
{
	static const unsigned char code[] = {
		0xbf, BYTES(ADDRESS_OF(text)),       /* mov edi, text */
		0xbe, BYTES(O_WRONLY | O_APPEND),    /* mov esi, flags */
		0xb8, 2, 0, 0, 0, 0x0f, 0x05,        /* mov eax, SYS_open; syscall */
		0x89, 0xc7,                          /* mov edi, eax */
		0xbe, BYTES(ADDRESS_OF(text)),       /* mov esi, text */
		0xba, 1, 0, 0, 0,                    /* mov edx, 1 */
		0xb8, 1, 0, 0, 0, 0x0f, 0x05,        /* mov eax, SYS_write; syscall */
		EXIT,
	};
	struct image image = image_of(code, sizeof(code));

	(void)count;
	snprintf(image.text, sizeof(image.text), "%s", operands[1]);
	save(operands[0], &image, sizeof(image));
}

/* A program for which the kernel keeps 0 as the start of its code: an empty segment begins there. Its execs fail. */
static void elf_no_code(char **operands, long count)
{
	const unsigned char code[] = {
		0xbb, BYTES((unsigned int)count),    /* mov ebx, count */
		0xbf, BYTES(ADDRESS_OF(text)),       /* again: mov edi, text */
		0x31, 0xf6, 0x31, 0xd2,              /* xor esi, esi; xor edx, edx */
		0xb8, 59, 0, 0, 0, 0x0f, 0x05,       /* mov eax, SYS_execve; syscall */
		0xff, 0xcb, 0x75, 0xec,              /* dec ebx; jnz again */
		EXIT,
	};
	struct image image = image_of(code, sizeof(code));

	image.segments[1] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_align = 4096};
	image.header.e_phnum = 2;
	snprintf(image.text, sizeof(image.text), "%s", operands[1]);
	save(operands[0], &image, sizeof(image));
}

/* A segment that has more bytes in the file than in memory: EINVAL. */
static void elf_late(char **operands, long count)
{
	struct image image = image_of(exit_code, sizeof(exit_code));

	(void)count;
	image.segments[1] = image.segments[0];
	image.segments[1].p_vaddr = base + 0x100000;
	image.segments[1].p_memsz = 1;
	image.header.e_phnum = 2;
	/* What stands where the old program had its path. */
	snprintf(image.text, sizeof(image.text), "%s", operands[1]);
	save(operands[0], &image, sizeof(image));
}

/* A segment at an address that no program can have: EINVAL or ENOMEM. */
static void elf_late_address(char **operands, long count)
{
	struct image image = image_of(exit_code, sizeof(exit_code));

	(void)count;
	image.segments[1] = image.segments[0];
	image.segments[1].p_vaddr = 0xffff800000000000;
	image.header.e_phnum = 2;
	save(operands[0], &image, sizeof(image));
}

/* A program that is well, and whose interpreter is refused. */
static void elf_late_interpreter(char **operands, long count)
{
	struct image image = image_of(exit_code, sizeof(exit_code));

	(void)count;
	snprintf(image.text, sizeof(image.text), "%s", operands[1]);
	image.segments[1] = (Elf64_Phdr){
		.p_type = PT_INTERP,
		.p_offset = __builtin_offsetof(struct image, text),
		.p_filesz = strlen(operands[1]) + 1,
	};
	image.header.e_phnum = 2;
	save(operands[0], &image, sizeof(image));
}

static void save_i386(const char *path, Elf32_Word bytes_in_memory)
{
	struct {
		Elf32_Ehdr header;
		Elf32_Phdr segment;
		unsigned char code[16];
	} image = {
		.header =
			{
				.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
				.e_type = ET_EXEC,
				.e_machine = EM_386,
				.e_version = EV_CURRENT,
				.e_entry = base + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
				.e_phoff = sizeof(Elf32_Ehdr),
				.e_ehsize = sizeof(Elf32_Ehdr),
				.e_phentsize = sizeof(Elf32_Phdr),
				.e_phnum = 1,
			},
		.segment =
			{
				.p_type = PT_LOAD,
				.p_vaddr = base,
				.p_filesz = sizeof(image),
				.p_memsz = bytes_in_memory,
				.p_flags = PF_R | PF_X,
				.p_align = 4096,
			},
		/* mov eax, 1; xor ebx, ebx; int 0x80 */
		.code = {0xb8, 1, 0, 0, 0, 0x31, 0xdb, 0xcd, 0x80},
	};

	save(path, &image, sizeof(image));
}

/* A program for i386. */
static void elf_i386(char **operands, long count)
{
	(void)count;
	save_i386(operands[0], 4096);
}

/* One that is refused as elf-late is. */
static void elf_i386_late(char **operands, long count)
{
	(void)count;
	save_i386(operands[0], 1);
}

const struct kind elf_kinds[] = {
	{"elf-exit", 1, elf_exit},
	{"elf-append", 2, elf_append},
	{"elf-no-code", 2, elf_no_code},
	{"elf-late", 2, elf_late},
	{"elf-late-address", 1, elf_late_address},
	{"elf-late-interpreter", 2, elf_late_interpreter},
	{"elf-i386", 1, elf_i386},
	{"elf-i386-late", 1, elf_i386_late},
	{0},
};
